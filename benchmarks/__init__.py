"""Everything that measures speed and memory: ``narrating-face bench``, one subcommand for each thing measured."""
