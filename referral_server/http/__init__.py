"""What every request passes through: who asks, what may be asked, how it is answered."""
