# Stands for a training script with the SDK, which tests do not have: the sandbox's trainer writes the run. Python must have loaded the hook where PYTHONPATH names its folder.
import os
import sys

folder = os.environ.get("PYTHONPATH")
if folder:
    hook = sys.modules.get("sitecustomize")
    if hook is None or os.path.dirname(os.path.abspath(hook.__file__)) != os.path.abspath(folder):
        sys.exit("the hook was not loaded")
os.execvp("wandb-sandbox", ["wandb-sandbox", "train", "--rows", "20", "--rate", "0"])
