using System.Text.Json;
using Wandb.Operator.Runs;

namespace Wandb.Operator.Tests.Runs;

public sealed class KnownJobTests
{
    [Theory]
    [InlineData("""{"completionMode":"Indexed","completions":5}""", "", 5)]
    [InlineData("""{"completionMode":"NonIndexed","completions":5}""", "", null)]
    [InlineData("""{"completions":5}""", "", null)]
    [InlineData("""{"completionMode":"Indexed","completions":5}""", """,{"apiVersion":"jobset.x-k8s.io/v1alpha2","kind":"JobSet","name":"s","uid":"s1","controller":true}""", null)]
    public void Indexes_of_a_Job_are_all_that_come_unless_somebody_makes_it_anew(string spec, string owner, int? expected)
    {
        var json = $$"""{"metadata":{"name":"j","namespace":"ns","uid":"j1","ownerReferences":[{"kind":"Other","name":"o","uid":"o1"}{{owner}}]},"spec":{{spec}}}""";

        Assert.Equal(expected, KnownJob.Read(JsonDocument.Parse(json).RootElement).Completions);
    }
}
