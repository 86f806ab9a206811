#!/usr/bin/env python3
"""Writes examples/09_lightning/data/lightning.ckpt: what PyTorch Lightning saves of the lesson's autoencoder, after a few steps, inside
a module of another's: the names begin with "model.", and there is a tensor more. Needs pytorch_lightning, which the lesson does not."""
import pathlib

import pytorch_lightning as pl
import torch
from torch import nn


class AutoEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 8))
        self.decoder = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 64))


class LitAutoEncoder(pl.LightningModule):
    def __init__(self, lr=1e-3):
        super().__init__()
        self.save_hyperparameters()
        self.model = AutoEncoder()
        self.register_buffer("pixel_mean", torch.full((1,), 0.3))

    def training_step(self, batch, batch_index):
        x = batch[0].flatten(1)
        loss = nn.functional.mse_loss(self.model.decoder(self.model.encoder(x)), x)
        self.log("train_loss", loss)
        return loss

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)


pl.seed_everything(0)
data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.rand(64, 1, 8, 8)), batch_size=16)
trainer = pl.Trainer(max_epochs=1, accelerator="cpu", logger=False, enable_checkpointing=False, enable_progress_bar=False)
trainer.fit(LitAutoEncoder(), data)
trainer.save_checkpoint(pathlib.Path(__file__).parent.parent.parent / "examples/09_lightning/data/lightning.ckpt")
