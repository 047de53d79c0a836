"""The steps of the customer journey, in the order a customer walks them."""
