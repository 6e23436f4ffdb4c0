"""The process is killed in the middle of writes, many times; afterwards nothing is lost, doubled or half done."""
