"""The demo company: a maker of measuring instruments, generated and imported like anybody's."""
