"""What the shop gives back to those who bring friends: links, coupons, claims, rewards, consents."""
