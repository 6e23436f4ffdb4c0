"""What volunteers served: corrections by two people, what looks wrong, stars, certificates (民政部令第67号)."""
