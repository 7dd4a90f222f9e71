# SPDX-License-Identifier: MIT
"""SimpleCNN in PyTorch, as the tests and the bench compare against."""

import torch
import torch.nn as nn


class Dwt2(nn.Module):
    """Haar wavelet: (n, c, 2h, 2w) -> (n, 4c, h, w), band-major."""

    def forward(self, x):
        a, b = x[:, :, 0::2, 0::2], x[:, :, 0::2, 1::2]
        c, d = x[:, :, 1::2, 0::2], x[:, :, 1::2, 1::2]
        bands = (a + b + c + d, a + b - c - d, a - b + c - d, a - b - c + d)
        return 0.5 * torch.cat(bands, dim=1)


class ConvBN(nn.Module):
    def __init__(self, ci, co, k):
        super().__init__()
        self.conv = nn.Conv2d(
            ci, co, k, padding=k // 2, padding_mode="circular", bias=False)
        self.bn = nn.BatchNorm2d(co)

    def forward(self, x):
        return self.bn(self.conv(x))


class Block(nn.Module):
    def __init__(self, ci, co):
        super().__init__()
        self.main_block = nn.Sequential(
            ConvBN(ci, co, 3), nn.ReLU(), nn.Dropout2d(0.5), ConvBN(co, co, 3))
        self.shortcut = ConvBN(ci, co, 1)

    def forward(self, x):
        return torch.relu(self.main_block(x) + self.shortcut(x))


class SimpleCNN(nn.Module):
    def __init__(self, channels):
        super().__init__()
        layers, ci, co = [], 4 * channels, 16
        for _ in range(4):
            layers += [Dwt2(), Block(ci, co)]
            ci, co = 4 * co, 2 * co
        self.layers = nn.Sequential(*layers, nn.Flatten(), nn.Linear(512, 10))

    def forward(self, x):
        return self.layers(x)


