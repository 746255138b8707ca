"""From a file to what a source says: read, map, convert, receive; undo, mend, watch."""
