"""Simulated devices on their real wires; production drivers talk to them as to hardware."""
