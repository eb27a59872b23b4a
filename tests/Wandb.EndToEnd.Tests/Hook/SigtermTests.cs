using Xunit;

namespace Wandb.EndToEnd.Tests.Hook;

public sealed class SigtermTests : IDisposable
{
    private const int DiedOfSignal = -15;

    // Reading is interrupted by the signal; the end of the input is the end of a script that nothing ended.
    private const string Wait = """

        import sys
        print("ready", flush=True)
        sys.stdin.read()
        print("went on", flush=True)
        """;

    private readonly HookedTrainer _trainer = new();

    public void Dispose() => _trainer.Dispose();

    [Theory]
    [InlineData("import wandb; wandb.init()")]
    [InlineData("import wandb; wandb.init(create_new=True)")]
    [InlineData("import sys, wandb; wandb.init(); del sys.modules['threading']")]
    public async Task Open_run_is_closed_with_143(string script) =>
        Same(new TrainerEnd(143, ["ready", "closing", "closed 143"], ""), await _trainer.SignalAsync(script + Wait));

    [Theory]
    [InlineData("")]
    [InlineData("import wandb")]
    [InlineData("import wandb; wandb.init(disabled=True)")]
    [InlineData("import wandb; wandb.init(); wandb.run = object()")]
    public async Task Without_an_open_run_that_it_knows_the_signal_kills_as_ever(string script) =>
        Same(new TrainerEnd(DiedOfSignal, ["ready"], ""), await _trainer.SignalAsync(script + Wait));

    [Fact]
    public async Task Lock_that_the_trainer_holds_does_not_keep_the_run_from_closing()
    {
        var end = await _trainer.SignalAsync("""
            import sys, wandb
            wandb.init()
            print("ready", flush=True)
            wandb.log(sys.stdin.read)
            """);
        Same(new TrainerEnd(143, ["ready", "closing", "closed 143"], ""), end);
    }

    [Fact]
    public async Task Handler_of_the_trainer_wins()
    {
        var end = await _trainer.SignalAsync("""
            import signal, wandb
            signal.signal(signal.SIGTERM, lambda *_: print("mine", flush=True))
            wandb.init()
            """ + Wait);
        Same(new TrainerEnd(0, ["ready", "mine", "went on", "closing", "closed 0"], ""), end);
    }

    [Fact]
    public async Task Handler_that_calls_the_one_before_closes_the_run()
    {
        var end = await _trainer.SignalAsync("""
            import signal, wandb
            def handle(*args):
                print("mine", flush=True)
                before(*args)
            before = signal.signal(signal.SIGTERM, handle)
            wandb.init()
            """ + Wait);
        Same(new TrainerEnd(143, ["ready", "mine", "closing", "closed 143"], ""), end);
    }

    [Fact]
    public async Task Ignored_signal_stays_ignored()
    {
        // Its child has the hook as well, and inherits what is ignored.
        var end = await _trainer.SignalAsync("""
            import os, signal, sys
            if len(sys.argv) == 1:
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                os.execv(sys.executable, [sys.executable, __file__, "again"])
            import wandb
            wandb.init()
            """ + Wait);
        Same(new TrainerEnd(0, ["ready", "went on", "closing", "closed 0"], ""), end);
    }

    [Fact]
    public async Task Run_that_is_closing_already_is_let_close()
    {
        var end = await _trainer.SignalAsync("""
            import wandb
            wandb.init()
            wandb.finish = "takes a while"
            """, lines: "closing");
        Same(new TrainerEnd(0, ["closing", "closed 0"], ""), end);
    }

    [Fact]
    public async Task Sdk_that_cannot_close_does_not_keep_the_process()
    {
        var end = await _trainer.SignalAsync("import wandb; wandb.init(); wandb.finish = 'raises'" + Wait);
        Assert.Equal(143, end.Code);
        Assert.Contains("no way to close", end.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, DiedOfSignal)]
    [InlineData(true, 143)]
    public async Task Second_signal_ends_a_process_whose_sdk_hangs(bool asFirstOfNamespace, int code)
    {
        var end = await _trainer.SignalAsync("import wandb; wandb.init(); wandb.finish = 'hangs'" + Wait, "ready,closing", asFirstOfNamespace);
        Same(new TrainerEnd(code, ["ready", "closing"], ""), end);
    }

    [Fact]
    public async Task Process_1_of_a_namespace_closes_its_run() =>
        Same(
            new TrainerEnd(143, ["ready", "closing", "closed 143"], ""),
            await _trainer.SignalAsync("import wandb; wandb.init()" + Wait, asFirstOfNamespace: true));

    [Fact]
    public async Task Process_1_of_a_namespace_is_not_ended_while_no_run_is_open()
    {
        // The kernel ignores the signal for it; the hook still has its place when a run is opened later.
        var end = await _trainer.SignalAsync("""
            import os, signal, wandb
            told, tell = os.pipe()
            os.set_blocking(tell, False)
            signal.set_wakeup_fd(tell)
            print("early", flush=True)
            os.read(told, 1)
            wandb.init()
            """ + Wait, "early,ready", asFirstOfNamespace: true);
        Same(new TrainerEnd(143, ["early", "ready", "closing", "closed 143"], ""), end);
    }

    private static void Same(TrainerEnd expected, TrainerEnd actual)
    {
        Assert.Equal(expected.Error, actual.Error);
        Assert.Equal(expected.Output, actual.Output);
        Assert.Equal(expected.Code, actual.Code);
    }
}
