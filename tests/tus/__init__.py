"""Our uploads against tus programs of others' making, through a line that cuts."""
