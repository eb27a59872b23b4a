class _Setup:
    def __init__(self):
        self._active_runs = []


_singleton = _Setup()
