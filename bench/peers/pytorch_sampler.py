"""The words of a sampled softmax in PyTorch, drawn as Elman's ClassSampler draws them."""

import torch


class Sampler:
    """Draws the words of each step: its own, and random others."""

    def __init__(self, ids, vocabulary, samples):
        self.chance = samples / vocabulary
        counts = torch.bincount(ids, minlength=vocabulary)
        self.shares = counts.double() / counts.sum()

    def draw(self, targets):
        """Returns the words, the targets as their indexes, and what is added to the logit of each word."""
        drawn = torch.rand(len(self.shares)) < self.chance
        drawn[targets] = True
        words = drawn.nonzero()[:, 0]
        places = torch.cumsum(drawn, 0)[targets] - 1
        chances = 1 - (1 - self.chance) * (1 - self.shares[words]) ** (len(targets) - 1)
        return words, places, -chances.log().float()
