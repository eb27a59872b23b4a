using System.Text.Json.Nodes;
using Wandb.Operator.Admission;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Tests.Admission;

public sealed class AdmissionEventTests
{
    /// <summary>An API server takes no Event whose name has more than 253 letters, or a part of it that ends with a hyphen.</summary>
    [Theory]
    [InlineData(20)]
    [InlineData(236)]
    [InlineData(237)]
    [InlineData(253)]
    public void Event_about_an_object_with_a_long_name_has_a_name_that_the_API_server_takes(int length)
    {
        var name = string.Concat(Enumerable.Repeat("a.b-", 64))[..(length - 1)] + "z";

        var told = Told(new JsonObject { ["name"] = name })!;

        Assert.Equal(name, told.Involved.Name);
        Assert.InRange(told.Name.Length, length < 237 ? length + 17 : 200, 253);
        Assert.All(told.Name.Split('.'), part => Assert.Matches("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", part));
        Assert.Matches("[a-z0-9][.][0-9a-f]{16}$", told.Name);
        Assert.NotEqual(told.Name, Told(new JsonObject { ["name"] = name[..^1] + "y" })!.Name);
    }

    [Theory]
    [InlineData("../jobs?watch=true")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("Train_0")]
    public void Owner_whose_name_is_none_gives_none_to_its_Event(string owner)
    {
        var told = Told(Owned(owner))!;

        Assert.Equal(owner, told.Involved.Name);
        Assert.Matches("^wandb-operator[.][0-9a-f]{16}$", told.Name);
        Assert.NotEqual(told.Name, Told(Owned(owner + "x"))!.Name);
    }

    private static JsonObject Owned(string owner) => new()
    {
        ["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "batch/v1", ["kind"] = "Job", ["name"] = owner, ["uid"] = "u", ["controller"] = true }),
    };

    private static AdmissionEvent? Told(JsonObject metadata) => AdmissionEvent.Of(new AdmissionOutcome
    {
        Kind = "Pod",
        Namespace = "n",
        Object = new JsonObject { ["metadata"] = metadata },
        Decision = new AdmissionDecision.Miss([new Problem(ProblemReasons.RunMissing, "there is no WandbRun r")], []),
        IsDryRun = false,
        Duration = TimeSpan.Zero,
    });
}
