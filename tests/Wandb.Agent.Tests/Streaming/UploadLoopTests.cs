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

    public void Dispose() => folder.Dispose();
}
