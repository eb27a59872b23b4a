using Wandb.Agent.Checkpoints;
using Wandb.Agent.Receipts;
using Wandb.Agent.Tests.Uploads;
using Xunit;

namespace Wandb.Agent.Tests.Receipts;

/// <summary>Set aside in a bounded folder with the reason, counted.</summary>
public sealed class QuarantineTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Quarantine quarantine;

    public QuarantineTests() => quarantine = new Quarantine(new StateDirectory(folder["run-r.wandb"], folder["state"]), [], 0);

    [Fact]
    public void What_is_set_aside_is_kept_with_its_reason()
    {
        quarantine.Add("history-row-17", "HTTP 413: too large", "{\"a\":1}"u8);
        Assert.Equal("HTTP 413: too large\n\n{\"a\":1}", File.ReadAllText(folder[".wandb-agent/quarantine/history-row-17.txt"]));
        Assert.Equal(["history-row-17: HTTP 413: too large"], quarantine.Reasons);
        Assert.Equal((1, null), (quarantine.Count, quarantine.Problem));
    }

    [Fact]
    public void Things_of_one_name_are_all_kept()
    {
        quarantine.Add("history-row-17", "reason", "a"u8);
        quarantine.Add("history-row-17", "reason", "b"u8);
        Assert.Equal("reason\n\na", File.ReadAllText(folder[".wandb-agent/quarantine/history-row-17.txt"]));
        Assert.Equal("reason\n\nb", File.ReadAllText(folder[".wandb-agent/quarantine/history-row-17-2.txt"]));
    }

    [Fact]
    public void Only_so_many_files_are_kept_and_all_are_counted()
    {
        for (var row = 0; row < Quarantine.MaxFiles + 50; row++)
            quarantine.Add($"row-{row}", "reason", [1]);
        Assert.Equal(Quarantine.MaxFiles, Directory.GetFiles(folder[".wandb-agent/quarantine"]).Length);
        Assert.Equal((Quarantine.MaxFiles + 50, Quarantine.MaxFiles), (quarantine.Count, quarantine.Reasons.Count));
    }

    [Fact]
    public void Only_so_many_bytes_are_kept_and_all_are_counted()
    {
        var large = new byte[Quarantine.MaxBytes / 3 + 1];
        for (var row = 0; row < 4; row++)
            quarantine.Add($"row-{row}", "reason", large);
        quarantine.Add("small", "reason", [1]);
        Assert.Equal(["row-0.txt", "row-1.txt", "small.txt"], Directory.GetFiles(folder[".wandb-agent/quarantine"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(5, quarantine.Count);
    }

    [Fact]
    public void What_cannot_be_kept_is_still_counted()
    {
        folder.Write(".wandb-agent", "in the way");
        folder.Write("state", "in the way");
        quarantine.Add("row", "reason", [1]);
        Assert.Equal(1, quarantine.Count);
        Assert.NotNull(quarantine.Problem);
    }

    public void Dispose() => folder.Dispose();
}
