using Google.Protobuf;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Tests.Uploads;
using Wandb.Sandbox.Trainer;
using Xunit;

namespace Wandb.Agent.Tests.RunFiles;

public sealed class RunHeadTests : IDisposable
{
    private const int RunField = 17;

    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("..", "demo", "")]
    [InlineData("r", ".", "")]
    [InlineData("r", "demo", "..")]
    public void Run_whose_name_would_lead_to_another_address_of_the_server_is_refused(string run, string project, string entity)
    {
        var head = Head(new RunRecord { RunId = run, Project = project, Entity = entity });
        Assert.Null(head.Run);
        Assert.Contains("no server has such a name", head.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_with_dots_in_its_name_is_taken() => Assert.NotNull(Head(new RunRecord { RunId = "...", Project = ".hidden", Entity = "a..b" }).Run);

    public void Dispose() => folder.Dispose();

    private RunHead Head(RunRecord run)
    {
        Directory.CreateDirectory(folder["run"]);
        var path = folder["run/run-r.wandb"];
        using (var output = File.Create(path))
        using (var writer = new RunFileWriter(output))
            writer.Append(new ProtoBytes().Number(1, 1).Message(RunField, run.ToByteArray()).Written);
        return RunHead.Read(path);
    }
}
