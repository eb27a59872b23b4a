using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Patching;

/// <summary>Who owns which fields: metadata.managedFields, read and written back.</summary>
internal sealed class ManagedFields
{
    /// <summary>Written by the server, owned by nobody.</summary>
    private static readonly string[] ServerFields =
        ["name", "generateName", "namespace", "uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"];

    private readonly List<Entry> entries;

    private ManagedFields(List<Entry> entries) => this.entries = entries;

    public IReadOnlyList<Entry> Entries => entries;

    public static ManagedFields Of(JsonObject? node) => new([.. node.Objects("metadata", "managedFields").Select(entry => new Entry(
        new FieldOwner(entry.Text("manager") ?? "", entry.Text("operation") == "Apply", entry.Text("subresource") ?? ""),
        entry.Text("apiVersion") ?? "", entry.Text("time") ?? "", FieldSet.Parse(entry["fieldsV1"])))]);

    /// <summary>A copy without what no manager owns.</summary>
    public static JsonObject Ownable(JsonObject node)
    {
        var copy = node.Copy();
        copy.Remove("apiVersion");
        copy.Remove("kind");
        if (copy["metadata"] is JsonObject metadata)
        {
            foreach (var name in ServerFields)
            {
                metadata.Remove(name);
            }

            if (metadata.Count == 0)
            {
                copy.Remove("metadata");
            }
        }

        return copy;
    }

    public FieldSet Of(FieldOwner owner) => entries.Find(entry => entry.Owner == owner)?.Fields ?? new FieldSet();

    /// <summary>Everything that the others own.</summary>
    public FieldSet OfOthers(FieldOwner owner) =>
        entries.Where(entry => entry.Owner != owner).Aggregate(new FieldSet(), (all, entry) => all.Union(entry.Fields));

    /// <summary>Sets what an owner owns. The time moves only with a change of the set.</summary>
    public void Set(FieldOwner owner, FieldSet fields, string apiVersion, string time)
    {
        var at = entries.FindIndex(entry => entry.Owner == owner);
        var isSame = at >= 0 && JsonNode.DeepEquals(entries[at].Fields.ToJson(), fields.ToJson());
        var entry = new Entry(owner, apiVersion, isSame ? entries[at].Time : time, fields);
        if (at >= 0)
        {
            entries[at] = entry;
        }
        else
        {
            entries.Add(entry);
        }
    }

    /// <summary>Takes fields from all owners but one.</summary>
    public void TakeFromOthers(FieldOwner? owner, FieldSet fields)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Owner != owner)
            {
                entries[i] = entries[i] with { Fields = entries[i].Fields.Except(fields) };
            }
        }
    }

    public void WriteTo(JsonObject node)
    {
        JsonNode[] kept = [.. entries.Where(entry => !entry.Fields.IsEmpty).Select(entry => entry.ToJson())];
        var metadata = node.Section("metadata");
        metadata.Remove("managedFields");
        if (kept.Length > 0)
        {
            metadata["managedFields"] = new JsonArray(kept);
        }
    }

    internal sealed record Entry(FieldOwner Owner, string ApiVersion, string Time, FieldSet Fields)
    {
        public JsonObject ToJson()
        {
            var json = new JsonObject
            {
                ["manager"] = Owner.Manager,
                ["operation"] = Owner.IsApply ? "Apply" : "Update",
                ["apiVersion"] = ApiVersion,
                ["time"] = Time,
                ["fieldsType"] = "FieldsV1",
                ["fieldsV1"] = Fields.ToJson(),
            };
            if (Owner.Subresource.Length > 0)
            {
                json["subresource"] = Owner.Subresource;
            }

            return json;
        }
    }
}
