using Microsoft.Extensions.Time.Testing;
using Wandb.Agent.Http;
using Wandb.EndToEnd.Tests.Harness;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>
/// Random things happen to run directories and to the agent; the model is what each file holds in the end. When all is quiet the server must
/// have what one undisturbed sync of the final files gives.
/// </summary>
public sealed class RandomActionTests : WatchTest
{
    private const int Actions = 80;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public Task Server_has_what_the_files_hold_in_the_end_whatever_happened_to_them(int seed) => RunAsync(seed, Agent);

    /// <summary>The agent's clock is not the machine's: it goes on in steps of any length, also while requests are under way.</summary>
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    public async Task It_has_so_with_the_intervals_of_a_real_watch_and_a_clock_of_the_test(int seed)
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var clockwork = AdvanceAsync(clock, new Random(-seed), over.Token);

        await RunAsync(seed, Agent with { Live = RealIntervals, Retry = new RetryOptions(), Time = clock });

        await over.CancelAsync();
        await clockwork;
    }

    private static async Task AdvanceAsync(FakeTimeProvider clock, Random random, CancellationToken ct)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!ct.IsCancellationRequested)
        {
            clock.Advance(TimeSpan.FromMilliseconds(random.Next(300)));
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task RunAsync(int seed, AgentSetup agent)
    {
        var random = new Random(seed);
        var log = new List<string>();
        List<ModelRun> runs = [.. Enumerable.Range(0, 3).Select(i => new ModelRun(Folder, $"m{i}", random))];
        var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = agent.WatchAsync(signal.Token, Folder.Wandb);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(3));
        for (var i = 0; i < Actions; i++)
        {
            var run = runs[random.Next(runs.Count)];
            var action = random.Next(20);
            log.Add($"{i}: {run.Id} {action}");
            if (action == 0)
            {
                var ended = await EndAsync(signal, watch);
                Assert.True(ended.Status is 0 or 2, $"seed {seed}: {ended}");
                signal.Dispose();
                signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
                watch = agent.WatchAsync(signal.Token, Folder.Wandb);
            }
            else
            {
                run.Act(action);
            }
            for (var ticks = random.Next(4); ticks > 0; ticks--)
                await pause.WaitForNextTickAsync(Stop);
        }
        runs.ForEach(run => run.Complete());
        try
        {
            await UntilAsync(() => runs.TrueForAll(run => run.IsMarked), watch, "all runs were synced");
        }
        catch (Exception) when (!watch.IsCompleted)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {string.Join("; ", log)}\n{await EndAsync(signal, watch)}");
            throw;
        }

        var last = await EndAsync(signal, watch);
        signal.Dispose();
        await AssertEqualsOneSyncAsync($"seed {seed}: {string.Join("; ", log)}\n{last}");
    }

    /// <summary>One run: what its trainer has written so far, and where the directory is.</summary>
    private sealed class ModelRun
    {
        private readonly TrainerFolder _folder;
        private readonly Random _random;
        private readonly byte[] _content;
        private readonly string _home;
        private GrowingFile _file;

        public ModelRun(TrainerFolder folder, string id, Random random)
        {
            (Id, _folder, _random) = (id, folder, random);
            var records = new RunRecords(id).Start();
            for (var step = 0; step < 40; step++)
                records.Rows(step, 1, padding: random.Next(200)).Console($"line {step}\n", step).Summary("last", $"{step}");
            _content = records.Exit(random.Next(2)).ToFile();
            _file = GrowingFile.In(folder, id);
            _home = Path.GetDirectoryName(_file.Path)!;
        }

        public string Id { get; }

        public bool IsMarked => File.Exists(_file.Path + ".synced");

        public void Act(int action)
        {
            switch (action)
            {
                case 1 when File.Exists(_file.Path):
                    Truncate(_random.Next((int)_file.Length + 1));
                    break;
                case 2 when File.Exists(_file.Path):
                    _file.ReplaceBy(_content[..(int)_file.Length]);
                    break;
                case 3 when File.Exists(_file.Path):
                    _file.ReplaceBy(_content[.._random.Next((int)_file.Length, _content.Length * 3 / 4)]);
                    break;
                case 4 when File.Exists(_file.Path):
                    _file = _file.MoveTo(Path.Combine(_folder.Wandb, $"d{_random.Next(2)}", $"offline-run-20260921_12000{_random.Next(10)}-{Id}"));
                    break;
                case 5 when File.Exists(_file.Path):
                    Delete(Path.GetDirectoryName(_file.Path)!);
                    break;
                case > 6:
                    Append(_random.Next(1, 900));
                    break;
            }
        }

        /// <summary>The trainer ends, and the directory is at its place again.</summary>
        public void Complete()
        {
            Append(_content.Length);
            if (Path.GetDirectoryName(_file.Path) != _home)
                _file = _file.MoveTo(_home);
        }

        private void Append(int bytes)
        {
            Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(_file.Path)!, "files"));
            var length = File.Exists(_file.Path) ? (int)_file.Length : 0;
            // The last quarter, with the exit, is for the end: a run that was closed is not moved about any more.
            var end = bytes == _content.Length ? bytes : _content.Length * 3 / 4;
            if (length < end)
                _file.Append(_content.AsSpan(length, Math.Min(bytes, end - length)));
        }

        /// <summary>As rm -rf does, which begins again when somebody puts something into the directory meanwhile.</summary>
        private static void Delete(string directory)
        {
            while (Directory.Exists(directory))
            {
                try
                {
                    Directory.Delete(directory, recursive: true);
                }
                catch (IOException)
                {
                    // Not empty, or gone: the agent writes its checkpoint.
                }
            }
        }

        private void Truncate(int length)
        {
            using var file = new FileStream(_file.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            file.SetLength(length);
        }
    }
}
