using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Api;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Writing;

/// <summary>The part of metadata that belongs to the server.</summary>
internal static class ObjectIdentity
{
    // Without vowels and what looks like them, as the API server's names.
    private const string SuffixLetters = "bcdfghjklmnpqrstvwxz2456789";
    private static readonly string[] Kept = ["uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "generateName"];

    public static string NewUid()
    {
        Span<byte> random = stackalloc byte[16];
        RandomNumberGenerator.Fill(random);
        return new Guid(random).ToString();
    }

    public static string NameFrom(string generateName) => generateName + RandomNumberGenerator.GetString(SuffixLetters, 5);

    /// <summary>Gives a new object its identity.</summary>
    public static void Assign(JsonObject node, bool countsGenerations, DateTimeOffset now)
    {
        var metadata = node.Section("metadata");
        if (string.IsNullOrEmpty(metadata.Text("name")) && metadata.Text("generateName") is { Length: > 0 } prefix)
        {
            metadata["name"] = NameFrom(prefix);
        }

        metadata.Remove("resourceVersion");
        metadata.Remove("deletionTimestamp");
        metadata.Remove("deletionGracePeriodSeconds");
        metadata["uid"] = NewUid();
        metadata["creationTimestamp"] = KubeTime.Text(now);
        if (countsGenerations)
        {
            metadata["generation"] = 1;
        }
    }

    /// <summary>Gives a changed object the identity of what it was.</summary>
    public static void Carry(JsonObject node, JsonObject before)
    {
        var metadata = node.Section("metadata");
        foreach (var name in Kept)
        {
            metadata.Remove(name);
            if (before.At("metadata", name) is { } value)
            {
                metadata[name] = value.DeepClone();
            }
        }
    }

    public static IReadOnlyList<FieldProblem> Validate(JsonObject node, Kinds.ResourceKind kind)
    {
        if (node.Name().Length == 0)
        {
            return [FieldProblem.Required("metadata.name", "name or generateName is required")];
        }

        var problems = new List<FieldProblem>();
        if (NameRules.ProblemOfName(node.Name(), isLabel: kind.Kind is "Namespace" or "Service") is { } wrong)
        {
            problems.Add(FieldProblem.Invalid("metadata.name", node.Name(), wrong));
        }

        foreach (var (key, value) in node.Pairs("metadata", "labels"))
        {
            problems.AddRange(NameRules.ProblemOfKey(key) is { } badKey ? [FieldProblem.Invalid("metadata.labels", key, badKey)] : []);
            problems.AddRange(NameRules.ProblemOfLabelValue(value) is { } badValue ? [FieldProblem.Invalid("metadata.labels", value, badValue)] : []);
        }

        foreach (var (key, _) in node.Pairs("metadata", "annotations"))
        {
            problems.AddRange(NameRules.ProblemOfKey(key.ToLowerInvariant()) is { } badKey ? [FieldProblem.Invalid("metadata.annotations", key, badKey)] : []);
        }

        return problems;
    }
}
