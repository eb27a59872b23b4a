using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Cluster.Kinds;

/// <summary>A kind that the API serves.</summary>
/// <param name="Group">"" for core.</param>
internal sealed record ResourceKind(string Group, string Version, string Kind, string Plural, bool IsNamespaced)
{
    public string Singular { get; init; } = Kind.ToLowerInvariant();

    public string ListKind { get; init; } = Kind + "List";

    public IReadOnlyList<string> ShortNames { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];

    public bool HasStatus { get; init; }

    /// <summary>metadata.generation grows with every change outside of metadata and status.</summary>
    public bool CountsGenerations { get; init; }

    /// <summary>Only POST, and nothing is stored: reviews.</summary>
    public bool IsCreateOnly { get; init; }

    /// <summary>Fields that a field selector may name, beside metadata.name and metadata.namespace.</summary>
    public IReadOnlyList<string> MoreSelectableFields { get; init; } = [];

    /// <summary>Columns after the name.</summary>
    public IReadOnlyList<PrinterColumn> Columns { get; init; } = [PrinterColumn.Age];

    /// <summary>openAPIV3Schema of a custom resource; null for the kinds that are built in.</summary>
    public JsonObject? Schema { get; init; }

    /// <summary>Name of the kind across versions: its table in the store.</summary>
    public string Id => Group.Length == 0 ? Plural : Plural + "." + Group;

    public string ApiVersion => Group.Length == 0 ? Version : Group + "/" + Version;

    public bool IsCustom => Schema is not null;

    public IReadOnlyList<string> SelectableFields => ["metadata.name", "metadata.namespace", .. MoreSelectableFields];
}
