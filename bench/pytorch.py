"""PyTorch as an arm: answers the driver's questions, one line of JSON each, on stdin and stdout.

Usage: python3 pytorch.py cpu|cuda. Initial values and batches come in files of raw little-endian
numbers, so that this arm starts from what the others start from. Fixed AdaCos scale.
"""

import json
import sys
import time

try:
    import torch
    import torch.nn.functional as functional
    from torch import nn
except ImportError:
    torch = None


def read(path, dtype, shape):
    with open(path, "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=dtype).reshape(shape)


def cosine_loss(embeddings, centres, labels, scale):
    cosines = functional.normalize(embeddings, dim=1) @ functional.normalize(centres, dim=0)
    return functional.cross_entropy(scale * cosines, labels)


class Network(nn.Module):
    """The network of a specification; `values(name)` gives a parameter of the product's layout."""

    def __init__(self, model, values):
        super().__init__()
        self.prelu = model["activation"] == "prelu"
        self.average = model["pooling"] == "average"
        self.stages = nn.ModuleList()
        channels = 3
        for index, stage in enumerate(model["stages"]):
            name = f"stage{index + 1}"
            if stage["kind"] == "conv":
                module = nn.Sequential(
                    self.convolution(values(f"{name}/conv"), stage["stride"]),
                    self.norm(stage["channels"]),
                    self.activation(stage["channels"]),
                )
            elif stage["kind"] != "residual":
                raise ValueError(f"no workload has a {stage['kind']} stage")
            else:
                module = Residual(self, name, stage, values)
            self.stages.append(module)
            channels = stage["channels"]
        dense = values("embedding/dense")
        size = model["embeddingSize"]
        self.dense = nn.Linear(dense.shape[0], size, bias=False)
        area = 1 if self.average else dense.shape[0] // channels
        # The product flattens channels last.
        turned = dense.reshape(area, channels, size).transpose(0, 1).reshape(-1, size)
        self.dense.weight.data.copy_(turned.t())
        self.norm_of_embedding = nn.BatchNorm1d(size, eps=1e-5, momentum=0.1)
        self.norm_of_embedding.weight.requires_grad_(False)
        self.centres = nn.Parameter(values("centres").clone())

    @staticmethod
    def convolution(kernel, stride):
        size, _, inputs, outputs = kernel.shape
        layer = nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False)
        layer.weight.data.copy_(kernel.permute(3, 2, 0, 1))
        return layer

    @staticmethod
    def norm(channels):
        return nn.BatchNorm2d(channels, eps=1e-5, momentum=0.1)

    def activation(self, channels):
        return nn.PReLU(channels) if self.prelu else nn.ReLU()

    def forward(self, images):
        x = images
        for stage in self.stages:
            x = stage(x)
        x = x.mean((2, 3)) if self.average else x.flatten(1)
        return self.norm_of_embedding(self.dense(x))


class Residual(nn.Module):
    def __init__(self, network, name, stage, values):
        super().__init__()
        channels, stride = stage["channels"], stage["stride"]
        self.branch = nn.Sequential(
            network.convolution(values(f"{name}/conv1"), stride),
            network.norm(channels),
            network.activation(channels),
            network.convolution(values(f"{name}/conv2"), 1),
            network.norm(channels),
        )
        kernel = values(f"{name}/shortcut/conv")
        self.shortcut = (
            nn.Identity()
            if kernel is None
            else nn.Sequential(network.convolution(kernel, stride), network.norm(channels))
        )
        self.activation = network.activation(channels)

    def forward(self, x):
        return self.activation(self.branch(x) + self.shortcut(x))


class NetworkArm:
    def __init__(self, device, work):
        model, classes, batch = work["model"], work["classes"], work["batch"]
        flat = read(work["files"]["parameters"], torch.float32, [-1])
        slots = {slot["name"]: slot for slot in work["slots"]}

        def values(name):
            slot = slots.get(name)
            if slot is None:
                return None
            return flat[slot["offset"] : slot["offset"] + slot["size"]].reshape(slot["shape"])

        size = model["inputSize"]
        images = read(work["files"]["images"], torch.float32, [-1, batch, size, size, 3])
        self.images = images.permute(0, 1, 4, 2, 3).contiguous()
        self.labels = read(work["files"]["labels"], torch.int32, [-1, batch]).long()
        self.device = device
        self.scale = work["scale"]
        self.learners = []
        for _ in range(work["learners"]):
            network = Network(model, values).to(device)
            trained = [p for p in network.parameters() if p.requires_grad]
            groups = [
                {"params": [p for p in trained if p.dim() > 1]},
                {"params": [p for p in trained if p.dim() <= 1], "weight_decay": 0.0},
            ]
            optimiser = torch.optim.SGD(
                groups,
                lr=work["learningRate"],
                momentum=work["momentum"],
                weight_decay=work["weightDecay"],
            )
            self.learners.append((network, optimiser))
        self.count = 0

    def step(self):
        at = self.count % self.images.shape[0]
        self.count += 1
        images = self.images[at].to(self.device)
        labels = self.labels[at].to(self.device)
        losses = []
        for network, optimiser in self.learners:
            optimiser.zero_grad(set_to_none=True)
            loss = cosine_loss(network(images), network.centres, labels, self.scale)
            loss.backward()
            optimiser.step()
            losses.append(loss.detach())
        return losses[0]


class HeadArm:
    def __init__(self, device, work):
        batch, size, classes = work["batch"], work["embeddingSize"], work["classes"]
        files = work["files"]
        embeddings = read(files["embeddings"], torch.float32, [batch, size])
        centres = read(files["centres"], torch.float32, [size, classes])
        self.embeddings = embeddings.to(device).requires_grad_()
        self.centres = centres.to(device).requires_grad_()
        self.labels = read(files["labels"], torch.int32, [batch]).long().to(device)
        self.scale = work["scale"]

    def step(self):
        self.embeddings.grad = None
        self.centres.grad = None
        loss = cosine_loss(self.embeddings, self.centres, self.labels, self.scale)
        loss.backward()
        return loss.detach()


class Respondent:
    def __init__(self, device):
        self.device = device
        self.arm = None

    def answer(self, question):
        if torch is None:
            raise RuntimeError("this Python has no torch")
        cuda = self.device == "cuda"
        if cuda and not torch.cuda.is_available():
            raise RuntimeError("torch finds no CUDA device")
        if question["kind"] == "prepare":
            work = question["work"]
            kind = NetworkArm if work["kind"] == "network" else HeadArm
            self.arm = kind(self.device, work)
            first = float(self.arm.step())
            versions = {"torch": f"{torch.__version__}"}
            if cuda:
                versions["cuda device"] = torch.cuda.get_device_name()
            else:
                versions["torch threads"] = f"{torch.get_num_threads()}"
            return {"kind": "ready", "firstLoss": first, "versions": versions}
        start = time.perf_counter()
        loss = None
        for _ in range(question["steps"]):
            loss = self.arm.step()
        if cuda:
            torch.cuda.synchronize()
        float(loss)
        return {
            "kind": "series",
            "wallMs": (time.perf_counter() - start) * 1000,
            "jsMs": None,
            "dispatches": None,
            "peakGpuBytes": torch.cuda.max_memory_allocated() if cuda else None,
        }


def main():
    respondent = Respondent(sys.argv[1])
    for line in sys.stdin:
        try:
            answer = respondent.answer(json.loads(line))
        except Exception as error:  # Whatever it is, the driver lists it as the reason.
            answer = {"kind": "failed", "reason": str(error)}
        print(json.dumps(answer), flush=True)


main()
