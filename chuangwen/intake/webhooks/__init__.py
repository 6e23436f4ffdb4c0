"""Other systems are told what happens to cases: signed messages, sent until they are taken, with a log."""
