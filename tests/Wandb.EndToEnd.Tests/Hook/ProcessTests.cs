using Xunit;

namespace Wandb.EndToEnd.Tests.Hook;

/// <summary>Processes that a trainer starts, and what else is in its path.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly HookedTrainer _trainer = new();

    public void Dispose() => _trainer.Dispose();

    [Theory]
    [InlineData("fork")]
    [InlineData("spawn")]
    [InlineData("forkserver")]
    public async Task Children_of_multiprocessing_die_of_the_signal_and_the_run_of_the_parent_is_closed(string method)
    {
        var end = await _trainer.SignalAsync($$"""
            import multiprocessing, signal, sys, wandb

            def work(pipe):
                wandb.run or wandb.init()
                pipe.send(signal.getsignal(signal.SIGTERM) == signal.SIG_DFL)
                pipe.recv()

            if __name__ == "__main__":
                wandb.init()
                context = multiprocessing.get_context("{{method}}")
                here, there = context.Pipe()
                child = context.Process(target=work, args=(there,))
                child.start()
                print("default:", here.recv())
                child.terminate()
                child.join()
                print(child.exitcode)
                print("ready", flush=True)
                sys.stdin.read()
            """);
        Assert.Equal(["default: True", "-15", "ready", "closing", "closed 143"], end.Output);
        Assert.Equal(143, end.Code);
    }

    [Fact]
    public async Task Fork_dies_of_the_signal()
    {
        var end = await _trainer.SignalAsync("""
            import os, signal, sys, wandb
            wandb.init()
            child = os.fork()
            if child == 0:
                signal.raise_signal(signal.SIGTERM)
                os._exit(0)
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) if hasattr(os, "waitstatus_to_exitcode") else -os.WTERMSIG(os.waitpid(child, 0)[1]))
            print("ready", flush=True)
            sys.stdin.read()
            """);
        Assert.Equal(["-15", "ready", "closing", "closed 143"], end.Output);
    }

    [Fact]
    public async Task Sitecustomize_that_the_hook_hides_is_run_in_its_place()
    {
        await PlaceAsync("""
            print("other, called", __name__)
            answer = 42
            """);
        var end = await _trainer.SignalAsync("""
            import sitecustomize, sys, wandb
            print(sitecustomize.answer)
            wandb.init()
            print("ready", flush=True)
            sys.stdin.read()
            """);
        Assert.Equal(["other, called sitecustomize", "42", "ready", "closing", "closed 143"], end.Output);
        Assert.Equal("", end.Error);
    }

    [Fact]
    public async Task Hook_in_a_volume_of_Kubernetes_does_not_take_itself_for_another()
    {
        _trainer.LinkHook();
        await PlaceAsync("print('other')");
        var end = await _trainer.SignalAsync("""
            import sys, wandb
            wandb.init()
            print("ready", flush=True)
            sys.stdin.read()
            """);
        Assert.Equal(["other", "ready", "closing", "closed 143"], end.Output);
        Assert.Equal("", end.Error);
    }

    [Fact]
    public async Task Handler_of_the_hidden_sitecustomize_wins()
    {
        await PlaceAsync("""
            import signal
            signal.signal(signal.SIGTERM, lambda *_: print("theirs", flush=True))
            """);
        var end = await _trainer.SignalAsync("""
            import sys, wandb
            wandb.init()
            print("ready", flush=True)
            sys.stdin.read()
            """);
        Assert.Equal(["ready", "theirs", "closing", "closed 0"], end.Output);
        Assert.Equal(0, end.Code);
    }

    [Fact]
    public async Task Hidden_sitecustomize_that_fails_is_told_as_ever_and_the_run_is_closed()
    {
        await PlaceAsync("raise RuntimeError('theirs')");
        var end = await _trainer.SignalAsync("""
            import sys, wandb
            wandb.init()
            print("ready", flush=True)
            sys.stdin.read()
            """);
        Assert.Contains("RuntimeError: theirs", end.Error, StringComparison.Ordinal);
        Assert.Equal(["ready", "closing", "closed 143"], end.Output);
    }

    private Task PlaceAsync(string module) =>
        File.WriteAllTextAsync(Path.Combine(_trainer.Modules, "sitecustomize.py"), module, TestContext.Current.CancellationToken);
}
