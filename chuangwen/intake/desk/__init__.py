"""What the office enters: hotline sheets and messages of chat groups."""
