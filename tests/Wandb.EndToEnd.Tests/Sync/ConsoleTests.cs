using Wandb.EndToEnd.Tests.Harness;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sync;

public sealed class ConsoleTests : SyncTest
{
    // StartSeconds is 2026-09-21T14:13:20Z.
    [Fact]
    public async Task Redirected_console_is_uploaded_with_the_records_times()
    {
        Folder.Place(new RunRecords("redirect").Start().Redirected("epoch 1\n", 5).Redirected("epoch 2\n", 65).Exit());

        var run = await SyncAsync();

        Assert.Equal(0, run.Status);
        var stored = Backend.Run("redirect");
        Assert.Equal(["2026-09-21T14:13:25.000000 epoch 1", "2026-09-21T14:14:25.000000 epoch 2"], stored.Console());
        Assert.Equal("epoch 1\nepoch 2\n", (string)stored.Files()["output.log"]!["text"]!);
    }

    [Fact]
    public async Task Wrapped_console_carries_the_records_times_too()
    {
        Folder.Place(new RunRecords("wrap").Start().Console("a\n", 1).Console("b\n", 2).Exit());

        await SyncAsync();

        Assert.Equal(["2026-09-21T14:13:21.000000 a", "2026-09-21T14:13:22.000000 b"], Backend.Run("wrap").Console());
    }

    [Fact]
    public async Task Structured_console_is_sent_when_the_server_asks_for_it()
    {
        await using var structured = await Sandbox.Backend.LocalBackend.StartAsync(new() { Features = ["STRUCTURED_CONSOLE_LOGS"] }, Stop);
        Folder.Place(new RunRecords("structured").Start().Console("a\n", 1).Exit());

        await AgentSetup.For(structured, Folder).SyncAsync(Stop, Folder.Wandb);

        var line = System.Text.Json.Nodes.JsonNode.Parse(structured.Run("structured").Console().Single())!;
        Assert.Equal(("a", "2026-09-21T14:13:21.000000"), ((string)line["content"]!, (string)line["ts"]!));
    }
}
