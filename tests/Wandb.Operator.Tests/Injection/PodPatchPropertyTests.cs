using System.Text.Json.Nodes;
using CsCheck;
using Wandb.Operator.Admission;
using Wandb.Operator.Injection;
using Wandb.Operator.Resources;
using Wandb.Operator.Tests.Admission;

namespace Wandb.Operator.Tests.Injection;

/// <summary>Whatever a pod looks like: patches only add, once, keep what they do not know, and leave a pod that an API server takes.</summary>
public sealed class PodPatchPropertyTests
{
    private const int Pods = 2_000;

    private static readonly Gen<JsonNode?> GenUnknown =
        Gen.OneOf(
            Gen.Int.Select(_ => (JsonNode?)null),
            Gen.Int.Select(number => (JsonNode?)number),
            Gen.Bool.Select(isTrue => (JsonNode?)isTrue),
            Gen.String[Gen.Char['a', 'f'], 0, 4].Select(text => (JsonNode?)text),
            Gen.Int[0, 9].Select(number => (JsonNode?)new JsonObject { ["deep"] = new JsonArray(number, null, new JsonObject { ["x"] = "y" }) }));

    private static readonly Gen<JsonObject> GenEnv =
        Gen.Select(
            Of("WANDB_PROJECT", "WANDB_NAME", "WANDB_RUN_NAME", "WANDB_MODE", "WANDB_DIR", "OUT", "RANK", "LOCAL_RANK", "TMPDIR", "PYTHONPATH", "WANDB_TAGS", "WANDB_CONFIG_DIR"),
            Of("x", "/data/out", "/wandb-operator/runs", "$(OUT)/a", "$$(OUT)", "2", "offline", ""),
            Gen.Int[0, 9],
            GenUnknown)
        .Select((name, value, kind, unknown) =>
        {
            var entry = new JsonObject { ["name"] = name, ["futureField"] = unknown?.DeepClone() };
            if (kind == 0)
                entry["valueFrom"] = new JsonObject { ["configMapKeyRef"] = new JsonObject { ["name"] = "c", ["key"] = "k" } };
            else
                entry["value"] = value;
            return entry;
        });

    private static readonly Gen<JsonObject> GenMount =
        Gen.Select(Of("data", "wandb-operator-runs", "cfg"), Of("/data", "/wandb-operator/runs", "/wandb-operator/tmp", "/wandb-operator/python", "/cfg"), Gen.Bool)
        .Select((volume, path, isReadOnly) => new JsonObject { ["name"] = volume, ["mountPath"] = path, ["readOnly"] = isReadOnly, ["futureField"] = 1 });

    private static readonly Gen<JsonObject> GenContainer =
        Gen.Select(GenEnv.Array[0, 4], GenMount.Array[0, 3], GenUnknown, Gen.Int[0, 3], Of(-1L, 0L, 1000L))
        .Select((env, mounts, unknown, shape, user) =>
        {
            var container = new JsonObject { ["image"] = "i", ["futureField"] = unknown?.DeepClone() };
            if (shape > 0)
                container["env"] = new JsonArray([.. env]);
            if (shape > 1)
                container["volumeMounts"] = new JsonArray([.. mounts.DistinctBy(mount => (string)mount["mountPath"]!)]);
            if (shape == 3)
                container["envFrom"] = new JsonArray(new JsonObject { ["secretRef"] = new JsonObject { ["name"] = "s" } });
            if (user >= 0)
                container["securityContext"] = new JsonObject { ["runAsUser"] = user };
            return container;
        });

    private static readonly Gen<JsonObject> GenPod =
        Gen.Select(
            GenContainer.Array[1, 3], GenContainer.Array[0, 2], GenUnknown, Gen.Int[0, 7],
            Of("istio-proxy", "istio-init", "setup"), Of("offline", "online", "disabled", "shared"))
        .Select((containers, init, unknown, shape, initName, mode) =>
        {
            for (var at = 0; at < containers.Length; at++)
                containers[at]["name"] = $"c{at}";
            for (var at = 0; at < init.Length; at++)
                init[at]["name"] = at == 0 ? initName : $"init{at}";
            var spec = new JsonObject { ["containers"] = new JsonArray([.. containers]), ["futureField"] = unknown?.DeepClone() };
            if (shape % 2 == 0 || init.Length > 0)
                spec["initContainers"] = new JsonArray([.. init]);
            spec["volumes"] = new JsonArray(
                new JsonObject { ["name"] = "data", ["futureVolume"] = new JsonObject { ["x"] = 1 } },
                new JsonObject { ["name"] = "wandb-operator-runs", ["emptyDir"] = new JsonObject() },
                new JsonObject { ["name"] = "cfg", ["configMap"] = new JsonObject { ["name"] = "c" } });
            return new JsonObject
            {
                ["futureKind"] = unknown?.DeepClone(),
                ["metadata"] = new JsonObject
                {
                    ["name"] = "p",
                    ["annotations"] = new JsonObject { [InjectionKeys.Run] = "r", [InjectionKeys.Mode] = mode },
                    ["futureField"] = unknown?.DeepClone(),
                },
                ["spec"] = spec,
            };
        });

    private static readonly Gen<WandbRunSpec> GenRun =
        Gen.Select(Gen.Int[0, 1], Gen.Bool, Gen.Int[0, 2], Of<string?>(null, "/data/out", "/elsewhere"), Of("{job}", "{job}-{node}-{attempt}"), Gen.Bool, Gen.Bool)
        .Select((storage, shareTmp, resume, dir, template, isZero, hasHook) => new WandbRunSpec
        {
            Project = "p",
            Tags = ["a"],
            Storage = storage == 0 ? null : new StorageSettings { PersistentVolumeClaim = new ClaimSettings { ClaimName = "c" } },
            ShareTmp = shareTmp,
            PythonHook = hasHook,
            Resume = resume == 0 ? null : ResumeMode.Allow,
            Dir = dir,
            NameTemplate = template,
            Ranks = isZero ? RankPolicy.Zero : RankPolicy.All,
            ApiKeySecretRef = new SecretKeyReference { Name = "k" },
        });

    [Fact]
    public void Pod_is_injected_once_and_loses_nothing() =>
        Gen.Select(GenPod, GenRun).Sample(
            (pod, run) =>
            {
                var around = Around(run);
                var before = pod.ToJsonString();
                if (PodAdmission.Decide(pod, around) is not AdmissionDecision.Patch patch)
                    return;
                var after = JsonPatch.Apply(pod, patch.Operations);

                Assert.Equal(before, pod.ToJsonString());
                Assert.Equal([], Lost("", pod, after));
                Assert.Equal([], PodInvariants.Broken(after));
                Assert.Equal([], ChangedMeaning(pod, after));
                switch (PodAdmission.Decide(after, around))
                {
                    case AdmissionDecision.Allow:
                        break;
                    case AdmissionDecision.Patch { Plan.Agent: null } again:
                        Assert.True(JsonNode.DeepEquals(after, JsonPatch.Apply(after, again.Operations)));
                        break;
                    default:
                        Assert.Fail("the second time is not the first");
                        break;
                }
            },
            iter: Pods, print: pair => pair.ToString() ?? "");

    /// <summary>Everything of the one is in the other, at the same place, or behind what was inserted before it in a list.</summary>
    private static IEnumerable<string> Lost(string path, JsonNode? before, JsonNode? after)
    {
        switch (before)
        {
            case JsonObject members:
                return members.SelectMany(member => after is JsonObject other && other.ContainsKey(member.Key)
                    ? Lost($"{path}/{member.Key}", member.Value, other[member.Key])
                    : [$"{path}/{member.Key}"]);
            case JsonArray items:
                var rest = (after as JsonArray ?? []).ToList();
                return items.SelectMany((item, index) =>
                {
                    var at = rest.FindIndex(other => !Lost("", item, other).Any());
                    if (at < 0)
                        return [$"{path}/{index}"];
                    rest.RemoveRange(0, at + 1);
                    return Enumerable.Empty<string>();
                });
            case null when path.EndsWith("/env", StringComparison.Ordinal) || path.EndsWith("/volumeMounts", StringComparison.Ordinal):
                return [];
            default:
                return JsonNode.DeepEquals(before, after) ? [] : [path];
        }
    }

    /// <summary>A user's variable has the value that it had, and so has every variable that refers to others.</summary>
    private static IEnumerable<string> ChangedMeaning(JsonObject before, JsonObject after)
    {
        var containers = new PodView(before).Containers.Zip(new PodView(after).Containers);
        foreach (var (was, now) in containers)
        {
            foreach (var (entry, index) in was.Env.Select((entry, index) => (entry, index)))
            {
                if (VariableExpansion.Value(was, entry) != VariableExpansion.Value(now, now.Env[index]))
                    yield return $"{was.Name}.{entry.Name}";
                if (now.Env.Skip(was.Env.Count).Any(added => added.Name == entry.Name))
                    yield return $"{was.Name}.{entry.Name} set again";
            }
        }
    }

    private static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    private static PodSurroundings Around(WandbRunSpec run) =>
        new()
        {
            Namespace = "n",
            Run = new WandbRun { Metadata = new ObjectMeta { Name = "r" }, Spec = run },
            Defaults = new OperatorDefaults { AgentImage = "agent:1", ReportUrl = "https://o/v1/reports" },
        };
}
