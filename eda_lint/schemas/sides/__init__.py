"""Old sides: where older versions of contracts come from.

trees       a git ref or a directory: another state of the same files
locked      a lock file that `schema lock` wrote
registry    a schema registry with the Confluent interface
"""
