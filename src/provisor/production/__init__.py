"""When to make perishable goods, and how to move them through trucks, hubs and freezers before they age."""
