"""Style sheets and scripts; every one of them is our own."""
