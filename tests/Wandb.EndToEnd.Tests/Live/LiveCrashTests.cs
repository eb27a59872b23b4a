using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>Agents that die while a trainer writes: the last one leaves what one undisturbed sync leaves.</summary>
public sealed class LiveCrashTests : WatchTest
{
    private const int Deaths = 12;

    private static readonly string[] Watch = ["watch", "--output", "json", "--exit-when-done", "--quiet", "30s"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Agents_that_die_at_any_moment_lose_and_double_nothing(int seed)
    {
        var random = new Random(seed);
        var records = new RunRecords("deaths").Start();
        for (var step = 0; step < 60; step++)
        {
            records.Rows(step, 1, padding: 500).Console($"line {step}\n", step).Summary("step", $"{step}").Event(step);
            if (step % 20 == 0)
                records.Console($"{step}%\r", step).Config($"k{step}", "1");
        }
        var content = records.Exit(3).ToFile();
        var file = GrowingFile.In(Folder, "deaths");
        var piece = content.Length / Deaths;

        for (var death = 0; death < Deaths; death++)
            await DieAsync(random, file, content.AsMemory(death * piece, piece), seed);
        file.Append(content.AsSpan(Deaths * piece));
        var last = await Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);

        Assert.True(last.Status == 0, $"seed {seed}: {last}");
        await AssertEqualsOneSyncAsync($"seed {seed}");
    }

    /// <summary>One request at most is repeated: lines that do not follow each other go in requests of their own, and an alert goes between two.</summary>
    [Theory]
    [InlineData("rewritten lines")]
    [InlineData("alert")]
    public async Task Agent_that_dies_at_any_request_has_no_more_than_that_one_sent_again(string content)
    {
        Folder.Place(Records(content).Exit());
        var undisturbed = await WatchToTheEndAsync(Backend, Folder);
        // At the first request there is no checkpoint: the next agent asks the server, which knows its rows and no other lines.
        for (var death = 1; death < undisturbed.Count; death++)
        {
            await using var backend = await LocalBackend.StartAsync(Options, Stop);
            using var copy = Folder.Copy();
            await DieAtAsync(backend, copy, Watch, new FaultRule("filestream", new FaultAction.DropAfter()) { Skip = death });

            var requests = await WatchToTheEndAsync(backend, copy);

            // The request that the dead agent had no answer to, and everything behind it.
            Assert.Equal(undisturbed.Take(death + 1).Concat(undisturbed.Skip(death)).Where(HasLines), requests.Where(HasLines));
        }
    }

    [Fact]
    public async Task Agent_that_dies_while_an_alert_is_on_its_way_has_nothing_else_sent_again()
    {
        Folder.Place(Records("alert").Exit());
        var undisturbed = await WatchToTheEndAsync(Backend, Folder);
        for (var death = 0; death < 2; death++)
        {
            await using var backend = await LocalBackend.StartAsync(Options, Stop);
            using var copy = Folder.Copy();
            await DieAtAsync(backend, copy, Watch, new FaultRule("graphql:NotifyScriptableRunAlert", new FaultAction.DropAfter()) { Skip = death });

            var requests = await WatchToTheEndAsync(backend, copy);

            Assert.Equal(undisturbed.Where(HasLines), requests.Where(HasLines));
            Assert.Equal(2 + 1, backend.Run("once")["alerts"]!.AsArray().Count);
        }
    }

    /// <summary>The same where one record holds more console lines than a request takes.</summary>
    [Fact]
    public async Task Agent_that_dies_while_console_lines_wait_has_no_more_than_one_request_sent_again()
    {
        Folder.Place(Records("long output").Exit());
        Assert.InRange(await EachDeathAsync([], every: 2, Watch), 25, 60);
    }

    /// <summary>What a sidecar sends after the runs are written is no less sure than what it sends meanwhile.</summary>
    [Fact]
    public async Task Sidecar_that_dies_while_it_sends_the_rest_has_no_more_than_one_request_sent_again()
    {
        Folder.Place(Records("long output").Exit());
        var exit = Path.Combine(Folder.Root, "exit.json");
        await File.WriteAllTextAsync(exit, "0", Stop);
        Assert.InRange(await EachDeathAsync([], every: 5, "run", "--output", "json", "--sync-policy", "AtExit", "--writer-exit", exit), 25, 60);
    }

    /// <summary>The same behind lines that the server refuses.</summary>
    [Fact]
    public async Task Agent_that_dies_while_a_body_is_taken_in_parts_has_no_more_than_one_part_sent_again()
    {
        var refused = new FaultRule("filestream", new FaultAction.Status(400, Body: """{"error":"no such word"}""")) { Count = null, BodyContains = "POISON" };
        var records = new RunRecords("parts").Start();
        for (var step = 0; step < 24; step++)
        {
            var word = step is 3 or 4 or 17 ? "\"POISON\"" : "\"fine\"";
            records.Row(step, ("word", word)).Event(step).Console(step is 5 or 18 ? "POISON\n" : $"line {step}\n");
        }
        Folder.Place(records.Exit());
        Assert.InRange(await EachDeathAsync([refused], every: 1, Watch), 15, 60);
    }

    /// <summary>One agent after the other dies at a later request, and the next one ends its work. No line is rewritten.</summary>
    /// <param name="every">From one death to the next, in requests.</param>
    /// <returns>At how many requests one can die.</returns>
    private async Task<int> EachDeathAsync(FaultRule[] rules, int every, params string[] command)
    {
        Backend.Faults.Set(rules);
        using var first = Folder.Copy();
        var undisturbed = await Unpaced(Backend, first).RunAsync([.. command, first.Wandb], Stop);
        for (var death = 0; ; death += every)
        {
            await using var backend = await LocalBackend.StartAsync(Options, Stop);
            using var copy = Folder.Copy();
            if (!await DieAtAsync(backend, copy, command, [.. rules, new FaultRule("filestream", new FaultAction.DropAfter()) { Skip = death }]))
                return death;
            backend.Faults.Set(rules);
            var before = Taken(backend).ToList();

            var last = await Unpaced(backend, copy).RunAsync([.. command, copy.Wandb], Stop);

            var what = $"died at request {death}: {last}";
            var onItsWay = before.Single(request => request.IsUnanswered).Lines;
            var again = Taken(backend).Skip(before.Count).SelectMany(request => request.Lines).Intersect(before.SelectMany(request => request.Lines)).Except(onItsWay);
            Assert.True(!again.Any(), $"{what}\nsent again: {string.Join(", ", again)}");
            Assert.Equal((undisturbed.Status, (int)undisturbed.Reports[^1]["setAside"]!), (last.Status, (int)last.Reports[^1]["setAside"]!));
            ServerState.AssertSame(Backend.State(), backend, what);
        }
    }

    private static RunRecords Records(string content)
    {
        var records = new RunRecords("once").Start().Console("one\ntwo\nthree\n");
        for (var step = 0; step < (content == "long output" ? 8 : 40); step++)
        {
            records.Rows(step, 1, padding: 300).Event(step).Summary("step", $"{step}");
            // Two lines with others between them go in requests of their own.
            if (content == "rewritten lines")
                records.Console($"\e[A\e[A\e[A{step}%\r\e[B\e[B\e[Bline {step}\n", step);
            else if (content == "long output" && step == 3)
                records.Console(string.Concat(Enumerable.Range(0, 300).Select(line => $"{step}/{line} {new string('o', 300)}\n")), step);
            else if (content == "alert" && step % 20 == 10)
                records.Console($"line {step}\n", step).Alert($"at {step}");
        }
        return records;
    }

    /// <returns>Whether the request came at which the agent should die.</returns>
    private static async Task<bool> DieAtAsync(LocalBackend backend, TrainerFolder folder, string[] command, params FaultRule[] rules)
    {
        using var kill = new CancellationTokenSource();
        backend.Faults.Set(rules);
        var agent = Unpaced(backend, folder) with
        {
            Failed = () =>
            {
                if (backend.Trace.Any(request => request.Fault == "drop_after"))
                    kill.Cancel();
            },
        };
        await agent.RunAsync([.. command, "--grace", "0", folder.Wandb], kill.Token);
        return kill.IsCancellationRequested;
    }

    /// <summary>The lines that the server has taken, request by request: <c>output.log 7</c>, the summary aside.</summary>
    private static IEnumerable<(bool IsUnanswered, IReadOnlyList<string> Lines)> Taken(LocalBackend backend) => backend.Trace
        .Where(request => request is { Kind: "filestream", Detail: not null })
        .Select(request => (request.Fault == "drop_after", (IReadOnlyList<string>)[.. (request.Detail!["files"]?.AsObject() ?? [])
            .Where(file => file.Key != "wandb-summary.json")
            .SelectMany(file => Enumerable.Range(0, (int)file.Value!["lines"]!).Select(line => $"{file.Key} {(long)file.Value["offset"]! + line}"))]));

    /// <returns>The lines of each request that had any: <c>wandb-history.jsonl 3+2 output.log 0+1</c>, the summary aside.</returns>
    private static async Task<IReadOnlyList<string>> WatchToTheEndAsync(LocalBackend backend, TrainerFolder folder)
    {
        var run = await Unpaced(backend, folder).WatchAsync(Stop, "--exit-when-done", folder.Wandb);
        Assert.True(run.Status == 0, run.ToString());
        return [.. backend.Trace.Where(request => request is { Kind: "filestream", Status: 200 }).Select(Lines)];
    }

    private static bool HasLines(string request) => request.Length > 0;

    private static string Lines(TraceEntry request) => string.Join(' ', (request.Detail?["files"]?.AsObject() ?? [])
        .Where(file => file.Key != "wandb-summary.json").Select(file => $"{file.Key} {file.Value!["offset"]}+{file.Value["lines"]}"));

    /// <summary>Bodies are of one size, whatever the time, and no checkpoint but the first is due.</summary>
    private static AgentSetup Unpaced(LocalBackend backend, TrainerFolder folder)
    {
        var agent = AgentSetup.For(backend, folder);
        return agent with { CheckpointInterval = TimeSpan.FromHours(1), Live = agent.Live with { MinInterval = TimeSpan.Zero } };
    }

    /// <summary>One agent, which ends without a word while the trainer writes.</summary>
    private async Task DieAsync(Random random, GrowingFile file, ReadOnlyMemory<byte> content, int seed)
    {
        using var kill = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        // A step of writing a checkpoint that never ends, or any moment at all.
        var steps = random.Next(2) == 0 ? random.Next(1, 20) : int.MaxValue;
        var agent = Agent with
        {
            DurableStep = _ =>
            {
                if (--steps <= 0)
                    throw new DeathException();
            },
        };
        var watch = agent.WatchAsync(kill.Token, "--grace", "0", Folder.Wandb);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(random.Next(1, 8)));
        for (var at = 0; at < content.Length;)
        {
            var size = Math.Min(random.Next(1, 700), content.Length - at);
            file.Append(content.Span.Slice(at, size));
            at += size;
            await pause.WaitForNextTickAsync(Stop);
        }
        await kill.CancelAsync();
        try
        {
            Assert.True((await watch).Status is 0 or 2, $"seed {seed}: {await watch}");
        }
        catch (DeathException)
        {
            // As it was meant.
        }
    }

    /// <summary>The end of the process: nothing in the agent knows it.</summary>
    private sealed class DeathException : Exception;
}
