"""Tokens a second of llama.cpp on a GGUF file, for comparison with `whetstone bench`: one sequence, drawn by chance.

    python3 llama_decode.py MODEL.gguf [TOKENS] [THREADS]

Needs llama-cpp-python. The first of the two figures warms up.
"""

import sys
import time

from llama_cpp import Llama

tokens = int(sys.argv[2]) if len(sys.argv) > 2 else 128
threads = int(sys.argv[3]) if len(sys.argv) > 3 else 2
model = Llama(sys.argv[1], n_ctx=512, n_threads=threads, n_threads_batch=threads, verbose=False)
prompt = list(range(300, 332))
for _ in range(2):
    model.reset()
    model.eval(prompt)
    begun = time.perf_counter()
    for _ in range(tokens):
        model.eval([model.sample(temp=0.8, top_k=0, top_p=1.0, min_p=0.0)])
    print(f"{tokens / (time.perf_counter() - begun):.1f} tokens a second")
