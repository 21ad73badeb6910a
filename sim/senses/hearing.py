"""A voice as other ears hear it: each frequency weaker by what is missing there.

Only the loss of loudness is modelled. Growing loudness of what is still heard, blurred time and noise in
the head are not.
"""

import numpy as np

from audio.clips import Clip
from sim.senses.models import Ear


def heard(clip: Clip, ear: Ear) -> Clip:
    """The clip (16-bit mono PCM) with this ear's losses, interpolated over the logarithm of the frequency; below
    the first and above the last known frequency they stay as they are there."""
    samples = np.frombuffer(clip.pcm, "<i2").astype(np.float64)
    if not samples.size:
        return clip
    spectrum = np.fft.rfft(samples)
    hz = np.fft.rfftfreq(samples.size, 1 / clip.rate_hz)
    known = sorted(ear.loss_db.items())
    loss_db = np.interp(
        np.log2(np.maximum(hz, 1.0)),
        np.log2([at for at, _ in known]),
        [loss for _, loss in known],
    )
    quieter = np.fft.irfft(spectrum * 10 ** (-loss_db / 20), samples.size)
    return Clip(np.clip(np.rint(quieter), -32768, 32767).astype("<i2").tobytes(), clip.rate_hz)
