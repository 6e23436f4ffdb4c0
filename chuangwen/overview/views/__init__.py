"""The pages of the room: home and search, the leader's page, the map, the big screen and its links."""
