"""PyTorch: the network of strings that lstm_data.py specifies."""

import lstm_data
import torch


class Network(torch.nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.embedding = torch.nn.Embedding(lstm_data.VOCABULARY, lstm_data.EMBEDDING)
        self.lstm = torch.nn.LSTM(lstm_data.EMBEDDING, hidden)
        self.output = torch.nn.Linear(hidden, lstm_data.VOCABULARY)
        with torch.no_grad():
            self.lstm.bias_hh_l0.zero_()
            self.lstm.bias_ih_l0.zero_()
            self.lstm.bias_ih_l0[hidden : 2 * hidden] = 1
            torch.nn.init.xavier_uniform_(self.output.weight)
            self.output.bias.zero_()

    def forward(self, inputs):
        return self.output(self.lstm(self.embedding(inputs))[0])
