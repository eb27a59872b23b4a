using System.Text.Json.Nodes;
using CsCheck;
using Wandb.Operator.Admission;
using Wandb.Operator.Injection;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Tests.Injection;

/// <summary>Whatever a pod and its namespace say: where the API server takes the pod without the agent, it takes it with it, or the agent stays away.</summary>
public sealed class AgentResourcesTests
{
    private const int Pods = 20_000;

    private static readonly Gen<JsonObject> GenResources =
        Gen.Select(Amount("10m", "500m", "1", "3900m", "4"), Amount("100m", "1", "4"), Amount("32Mi", "1Gi", "2Gi", "8Gi"), Amount("1Gi", "2Gi", "8Gi"))
        .Select((cpu, cpuLimit, memory, memoryLimit) => Resources(("requests", cpu, memory), ("limits", cpuLimit, memoryLimit)));

    private static readonly Gen<JsonObject> GenPod =
        Gen.Select(GenResources.Array[1, 2], GenResources.Array[0, 3], Gen.Int[0, 7], GenResources, Gen.Int[0, 3])
        .Select((containers, init, sidecars, whole, shape) =>
        {
            var spec = new JsonObject
            {
                ["containers"] = new JsonArray([.. containers.Select((resources, at) => Container($"c{at}", resources))]),
                ["initContainers"] = new JsonArray([.. init.Select((resources, at) => Container(at == 0 && shape == 1 ? "istio-proxy" : $"init{at}", resources))]),
            };
            for (var at = 0; at < init.Length; at++)
            {
                if ((sidecars & (1 << at)) != 0)
                    spec["initContainers"]![at]!["restartPolicy"] = "Always";
            }
            if (shape == 2)
                spec["resources"] = whole;
            return new JsonObject { ["metadata"] = new JsonObject { ["name"] = "p", ["annotations"] = new JsonObject { [InjectionKeys.Run] = "r" } }, ["spec"] = spec };
        });

    private static readonly Gen<JsonObject[]> GenItems =
        Gen.Select(
            Amount("5m", "50m"), Amount("16Mi", "64Mi"), Amount("4", "200m"), Amount("8Gi"), Amount("2", "4"), Amount("200m", "1"),
            Gen.Select(Amount("4", "5", "64"), Amount("2Gi", "8Gi", "9Gi"), Amount("2", "4"), Amount("2", "8")))
        .Select((minCpu, minMemory, maxCpu, maxMemory, ratio, byDefault, pod) => new[]
        {
            Item("Container", ("min", minCpu, minMemory), ("max", maxCpu, maxMemory), ("maxLimitRequestRatio", ratio, null), ("default", byDefault, null)),
            Item("Pod", ("max", pod.Item1, pod.Item2), ("maxLimitRequestRatio", pod.Item3, pod.Item4)),
        });

    private static readonly Gen<JsonObject> GenHard =
        Gen.Select(Amount("4", "4050m"), Amount("8Gi", "8208Mi"), Amount("4", "4200m"), Amount("8Gi", "9Gi"))
        .Select((cpu, memory, cpuLimit, memoryLimit) => Filled(("requests.cpu", cpu), ("memory", memory), ("limits.cpu", cpuLimit), ("limits.memory", memoryLimit)));

    [Fact]
    public void Agent_is_never_why_a_pod_is_refused()
    {
        var (taken, injected) = (0, 0);
        Gen.Select(GenPod, GenItems, GenHard).Sample(
            (given, items, quota) =>
            {
                var hard = quota.ToDictionary(pair => pair.Key == "memory" ? "requests.memory" : pair.Key, pair => Quantity.Parse((string?)pair.Value)!.Value, StringComparer.Ordinal);
                var pod = ApiServerLimits.Defaulted(given, items);
                if (ApiServerLimits.Refusals(pod, items, hard).Count > 0)
                    return;
                Interlocked.Increment(ref taken);
                switch (PodAdmission.Decide(pod, Around(items, quota)))
                {
                    case AdmissionDecision.Patch patch:
                        Interlocked.Increment(ref injected);
                        var after = ApiServerLimits.Defaulted(JsonPatch.Apply(pod, patch.Operations), items);
                        Assert.Equal([], ApiServerLimits.Refusals(after, items, hard));
                        break;
                    case AdmissionDecision.Miss miss:
                        Assert.Equal([ProblemReasons.NoRoom], miss.Problems.Select(problem => problem.Reason));
                        break;
                    default:
                        Assert.Fail("neither injected nor missed");
                        break;
                }
            },
            iter: Pods, print: all => all.ToString());

        // Otherwise the pods say nothing.
        Assert.InRange(taken, Pods / 100, Pods);
        Assert.InRange(injected, taken / 2, taken);
    }

    private static PodSurroundings Around(JsonObject[] items, JsonObject quota) =>
        new()
        {
            Namespace = "n",
            Run = new WandbRun { Metadata = new ObjectMeta { Name = "r" }, Spec = new WandbRunSpec { Project = "p" } },
            Defaults = new OperatorDefaults { AgentImage = "agent:1" },
            Facts = NamespaceFactsReader.Of(
            [
                new JsonObject { ["kind"] = "LimitRange", ["spec"] = new JsonObject { ["limits"] = new JsonArray([.. items.Select(item => item.DeepClone())]) } },
                new JsonObject { ["kind"] = "ResourceQuota", ["spec"] = new JsonObject { ["hard"] = quota.DeepClone() } },
            ]),
        };

    private static JsonObject Container(string name, JsonObject resources) => new() { ["name"] = name, ["image"] = "i", ["resources"] = resources };

    private static JsonObject Item(string type, params (string Kind, string? Cpu, string? Memory)[] amounts)
    {
        var item = Resources(amounts);
        item["type"] = type;
        return item;
    }

    private static JsonObject Resources(params (string Kind, string? Cpu, string? Memory)[] amounts)
    {
        var resources = new JsonObject();
        foreach (var (kind, cpu, memory) in amounts)
        {
            if (Filled(("cpu", cpu), ("memory", memory)) is { Count: > 0 } filled)
                resources[kind] = filled;
        }
        return resources;
    }

    private static JsonObject Filled(params (string Name, string? Amount)[] amounts) =>
        new(amounts.Where(one => one.Amount is not null).Select(one => new KeyValuePair<string, JsonNode?>(one.Name, one.Amount)));

    /// <summary>Half of the time none.</summary>
    private static Gen<string?> Amount(params string[] amounts) =>
        Gen.Int[0, (amounts.Length * 2) - 1].Select(at => at < amounts.Length ? amounts[at] : null);
}
