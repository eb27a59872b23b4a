using System.Text.Json;
using Wandb.Operator.Runs;

namespace Wandb.Operator.Tests.Runs;

public sealed class KnownJobTests
{
    [Theory]
    [InlineData("""{"suspend":true}""", "", true)]
    [InlineData("""{"suspend":false}""", "", false)]
    [InlineData("{}", "", false)]
    [InlineData("""{"suspend":true}""", """{"type":"Suspended","status":"True"}""", true)]
    [InlineData("""{"suspend":true}""", """{"type":"Complete","status":"True"}""", false)]
    public void Job_is_suspended_as_long_as_its_spec_says_so_and_it_has_not_ended(string spec, string condition, bool expected)
    {
        var json = $$$"""{"metadata":{"name":"j","namespace":"ns","uid":"j1"},"spec":{{{spec}}},"status":{"conditions":[{{{condition}}}]}}""";

        Assert.Equal(expected, KnownJob.Read(JsonDocument.Parse(json).RootElement).IsSuspended);
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData("""{"completions":1,"parallelism":1}""", true)]
    [InlineData("""{"completions":5,"parallelism":5,"completionMode":"Indexed"}""", true)]
    [InlineData("""{"completions":5}""", false)]
    [InlineData("""{"parallelism":2}""", false)]
    public void Pods_of_a_Job_are_told_apart_by_their_index_or_because_there_is_one_at_a_time(string spec, bool expected)
    {
        var json = $$"""{"metadata":{"name":"j","namespace":"ns","uid":"j1"},"spec":{{spec}}}""";

        Assert.Equal(expected, KnownJob.Read(JsonDocument.Parse(json).RootElement).TellsPodsApart);
    }

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
