using System.Globalization;
using System.Text.Json;
using Wandb.Agent.Checkpoints;
using Wandb.Agent.Http;
using Wandb.Agent.Receipts;
using Wandb.Agent.Records;
using Wandb.Agent.Streaming;
using Wandb.Agent.Tests.Http;
using Wandb.Agent.Tests.Records;
using Wandb.Agent.Tests.Uploads;
using Xunit;

namespace Wandb.Agent.Tests.Streaming;

public sealed class UploadLoopTests : IDisposable
{
    private const int LimitBytes = 40_000;
    private const int Rows = 3000;

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>nginx takes 1 MiB unless it is told otherwise, and the bodies are that long.</summary>
    [Fact]
    public async Task Bodies_over_the_limit_of_a_proxy_are_split_and_those_to_come_are_smaller()
    {
        await using var server = await ScriptedServer.StartAsync(request => request.Body.Length > LimitBytes ? Reply.Empty(413) : Reply.Json("{}"));
        using var http = TestHttp.To(server);
        var stream = new StreamState(new ItemPathTable(), default, new BodyPool(100_000));
        var quarantine = new Quarantine(new StateDirectory(folder["run/run-r.wandb"], folder["state"]), [], 0);
        var loop = new UploadLoop(new StreamClient(http), new RunPath("e", "p", "r"), gzip: false, stream, quarantine, new RefusedLines());
        var text = $"\"{new string('x', 5000)}\"";

        for (var row = 0; row < Rows; row++)
        {
            stream.AddRow(ItemBytes.Record(("text", text)), out _);
            if (!stream.IsFull && row < Rows - 1)
                continue;
            Assert.Null(await loop.SettleAsync(Ct));
            loop.Start(stream.Seal([], exitCode: null), () => { }, _ => { }, Ct);
        }
        Assert.Null(await loop.SettleAsync(Ct));

        var accepted = server.Requests.Where(request => request.Body.Length <= LimitBytes)
            .Select(request => request.Json.GetProperty("files").GetProperty(StreamFiles.History)).ToList();
        var next = 0L;
        foreach (var piece in accepted)
        {
            Assert.Equal(next, piece.GetProperty("offset").GetInt64());
            next += piece.GetProperty("content").GetArrayLength();
        }
        Assert.Equal(Rows, next);
        Assert.Equal(0, quarantine.Count);
        // The first body, and the one that was under construction meanwhile.
        Assert.InRange(server.Requests.Count(request => request.Body.Length > LimitBytes), 1, 10);
    }

    /// <summary>A gateway or a locked project: nothing is wrong with the lines.</summary>
    [Theory]
    [InlineData(400, 0)]
    [InlineData(413, 0)]
    [InlineData(422, 0)]
    [InlineData(400, 4)]
    public async Task Server_that_refuses_everything_decides_nothing_and_has_every_row_once_when_it_is_back(int status, int acceptedBefore)
    {
        var isBack = false;
        var history = new StoredHistory();
        await using var server = await ScriptedServer.StartAsync(request =>
            request.Number > acceptedBefore && !isBack ? Reply.Empty(status) : history.Take(request));
        var quarantine = NewQuarantine();
        var rows = Numbered(200);

        var failure = Assert.IsType<ApiFailure.Refused>(await SendAsync(server, rows, quarantine));

        Assert.Equal(status, failure.Status);
        Assert.Equal(0, quarantine.Count);
        Assert.InRange(server.Requests.Count - acceptedBefore, 2, 16);
        isBack = true;
        Assert.Null(await SendAsync(server, rows, quarantine));
        Assert.Equal(rows, history.Values);
        Assert.Equal(0, quarantine.Count);
    }

    [Fact]
    public async Task Refusals_that_end_at_any_moment_cost_no_row()
    {
        var rows = Numbered(30);
        var ended = 0;
        for (var first = 1; first <= 3; first++)
        {
            for (var refusals = 1; refusals <= 40; refusals++)
            {
                var history = new StoredHistory();
                await using var server = await ScriptedServer.StartAsync(request =>
                    request.Number >= first && request.Number < first + refusals ? Reply.Empty(400) : history.Take(request));
                var quarantine = NewQuarantine();

                while (await SendAsync(server, rows, quarantine) is not null)
                    ended++;

                Assert.Equal(rows, history.Values);
                Assert.Equal(0, quarantine.Count);
            }
        }
        Assert.True(ended > 0, "no loop met a server that refuses everything");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("7")]
    [InlineData("29")]
    [InlineData("0 1")]
    [InlineData("28 29")]
    [InlineData("0 3 4 5 12")]
    [InlineData("24 25 26 27 28 29")]
    public async Task Rows_that_are_refused_among_others_are_set_aside_wherever_they_stand(string refused)
    {
        var history = new StoredHistory();
        await using var server = await ScriptedServer.StartAsync(request =>
            request.Text.Contains("POISON", StringComparison.Ordinal) ? Reply.Empty(400) : history.Take(request));
        var quarantine = NewQuarantine();
        var bad = refused.Split(' ').Select(row => int.Parse(row, CultureInfo.InvariantCulture)).ToHashSet();

        Assert.Null(await SendAsync(server, [.. Numbered(30).Select((row, i) => bad.Contains(i) ? $"\"POISON {i}\"" : row)], quarantine));

        Assert.Equal(Numbered(30).Where((_, i) => !bad.Contains(i)), history.Values);
        Assert.Equal(bad.Count, quarantine.Count);
    }

    [Fact]
    public async Task Row_that_is_too_long_for_a_proxy_is_set_aside_though_it_stands_alone_before_all_others()
    {
        var history = new StoredHistory();
        await using var server = await ScriptedServer.StartAsync(request => request.Body.Length > 2000 ? Reply.Empty(413) : history.Take(request));
        var quarantine = NewQuarantine();

        Assert.Null(await SendAsync(server, [$"\"{new string('x', 3000)}\"", .. Numbered(30)], quarantine));

        Assert.Equal(Numbered(30), history.Values);
        Assert.Equal(1, quarantine.Count);
    }

    [Fact]
    public async Task Many_refused_rows_in_a_row_do_not_hide_that_those_behind_them_are_taken()
    {
        var history = new StoredHistory();
        await using var server = await ScriptedServer.StartAsync(request =>
            request.Text.Contains("POISON", StringComparison.Ordinal) ? Reply.Empty(400) : history.Take(request));
        var quarantine = NewQuarantine();

        var failure = await SendAsync(server, [.. Enumerable.Repeat("\"POISON\"", 60), .. Numbered(30)], quarantine, bodyBytes: 100_000);

        Assert.IsType<ApiFailure.Refused>(failure);
        Assert.InRange(quarantine.Count, 10, 60);
        Assert.InRange(history.Values.Count, 0, 1);
    }

    public void Dispose() => folder.Dispose();

    private static List<string> Numbered(int rows) => [.. Enumerable.Range(0, rows).Select(row => row.ToString(CultureInfo.InvariantCulture))];

    private Quarantine NewQuarantine() => new(new StateDirectory(folder["run/run-r.wandb"], folder["state"]), [], 0);

    /// <summary>What an agent does that begins without a checkpoint.</summary>
    private static async Task<ApiFailure?> SendAsync(ScriptedServer server, List<string> values, Quarantine quarantine, int bodyBytes = 100)
    {
        using var http = TestHttp.To(server);
        var stream = new StreamState(new ItemPathTable(), default, new BodyPool(bodyBytes));
        var loop = new UploadLoop(new StreamClient(http), new RunPath("e", "p", "r"), gzip: false, stream, quarantine, new RefusedLines());
        for (var row = 0; row < values.Count; row++)
        {
            stream.AddRow(ItemBytes.Record(("v", values[row])), out _);
            if (!stream.IsFull && row < values.Count - 1)
                continue;
            if (await loop.SettleAsync(Ct) is { } failure)
                return failure;
            loop.Start(stream.Seal([], exitCode: null), () => { }, _ => { }, Ct);
        }
        return await loop.SettleAsync(Ct);
    }

    /// <summary>Keeps rows by their numbers, as the server does.</summary>
    private sealed class StoredHistory
    {
        private readonly SortedDictionary<long, string> _rows = [];

        /// <summary>The values in the order of their numbers; a number that was left out is told.</summary>
        public IReadOnlyList<string> Values => [.. _rows.Select((row, i) => row.Key == i ? row.Value : $"{row.Value} has number {row.Key}")];

        public Reply Take(Received request)
        {
            if (!request.Json.TryGetProperty("files", out var files))
                return Reply.Json("{}");
            var history = files.GetProperty(StreamFiles.History);
            var number = history.GetProperty("offset").GetInt64();
            foreach (var line in history.GetProperty("content").EnumerateArray())
                _rows[number++] = JsonElement.Parse(line.GetString()!).GetProperty("v").GetRawText();
            return Reply.Json("{}");
        }
    }
}
