"""What is said of the screen: words for what the keypad comes to, and when they are said."""
