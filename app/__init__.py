"""The program itself: settings, wiring, database, pages, HTTP and the command line."""
