using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Patching;

internal enum FieldForm
{
    /// <summary>A map whose members have owners of their own.</summary>
    Map,

    /// <summary>Replaced as a whole.</summary>
    Atomic,

    /// <summary>A list whose items are known by key fields.</summary>
    KeyedList,

    /// <summary>A list of different scalars.</summary>
    Set,
}

/// <summary>
/// How a place in an object merges. For custom resources the schema says it (x-kubernetes-list-type and so on); for the kinds that are
/// built in, the name of a list is enough: within our kinds no name is used for lists of two sorts.
/// </summary>
internal sealed class FieldShape
{
    private static readonly Dictionary<string, string[]> ListKeys = new(StringComparer.Ordinal)
    {
        ["containers"] = ["name"],
        ["initContainers"] = ["name"],
        ["ephemeralContainers"] = ["name"],
        ["env"] = ["name"],
        ["volumes"] = ["name"],
        ["volumeMounts"] = ["mountPath"],
        ["volumeDevices"] = ["devicePath"],
        ["imagePullSecrets"] = ["name"],
        ["secrets"] = ["name"],
        ["webhooks"] = ["name"],
        ["conditions"] = ["type"],
        ["ownerReferences"] = ["uid"],
        ["hostAliases"] = ["ip"],
        ["podIPs"] = ["ip"],
        ["addresses"] = ["type"],
        ["resourceClaims"] = ["name"],
        ["topologySpreadConstraints"] = ["topologyKey", "whenUnsatisfiable"],
    };

    private static readonly HashSet<string> AtomicMaps = new(
        ["selector", "labelSelector", "nodeSelector", "secretKeyRef", "configMapKeyRef", "fieldRef", "resourceFieldRef", "involvedObject", "regarding"], StringComparer.Ordinal);

    private readonly string name;
    private readonly JsonObject? schema;
    private readonly bool isRoot;

    private FieldShape(string name, JsonObject? schema, bool isRoot)
    {
        this.name = name;
        this.schema = schema;
        this.isRoot = isRoot;
    }

    public static FieldShape Of(ResourceKind kind) => new("", kind.Schema, isRoot: true);

    /// <summary>The place below a member of this map.</summary>
    public FieldShape Member(string member) => schema is null || (isRoot && member == "metadata")
        ? new FieldShape(member, null, false)
        : new FieldShape(member, schema.At("properties", member) as JsonObject ?? schema["additionalProperties"] as JsonObject ?? [], false);

    /// <summary>The place of an item of this list.</summary>
    public FieldShape Item() => new("", schema is null ? null : schema["items"] as JsonObject ?? [], false);

    public FieldForm Form(JsonNode? value) => value switch
    {
        JsonObject => schema is null ? (AtomicMaps.Contains(name) ? FieldForm.Atomic : FieldForm.Map)
            : schema.Text("x-kubernetes-map-type") == "atomic" ? FieldForm.Atomic : FieldForm.Map,
        JsonArray list => ListForm(list),
        _ => FieldForm.Atomic,
    };

    /// <summary>Names of the fields that tell items of this list apart.</summary>
    public IReadOnlyList<string> Keys(JsonArray list) => schema is not null
        ? [.. schema.Texts("x-kubernetes-list-map-keys")]
        : name == "ports" ? [list.OfType<JsonObject>().Any(port => port.ContainsKey("containerPort")) ? "containerPort" : "port", "protocol"]
        : ListKeys.GetValueOrDefault(name, []);

    /// <summary>Key of an item, as FieldsV1 writes it: <c>k:{"name":"a"}</c> or <c>v:"a"</c>; null when it lacks a key field.</summary>
    public string? KeyOf(JsonNode? item, JsonArray list, FieldForm form)
    {
        if (form == FieldForm.Set)
        {
            return "v:" + (item?.ToJsonString() ?? "null");
        }

        var key = new JsonObject();
        foreach (var field in Keys(list).Order(StringComparer.Ordinal))
        {
            // The one key field of our kinds that has a default.
            key[field] = item.At(field)?.DeepClone() ?? (field == "protocol" ? "TCP" : schema?.At("items", "properties", field, "default")?.DeepClone());
            if (key[field] is null)
            {
                return null;
            }
        }

        return "k:" + key.ToJsonString();
    }

    private FieldForm ListForm(JsonArray list)
    {
        var form = schema is not null
            ? schema.Text("x-kubernetes-list-type") switch { "map" => FieldForm.KeyedList, "set" => FieldForm.Set, _ => FieldForm.Atomic }
            : name == "finalizers" ? FieldForm.Set
            : name == "ports" || ListKeys.ContainsKey(name) ? FieldForm.KeyedList : FieldForm.Atomic;
        if (form == FieldForm.Atomic)
        {
            return form;
        }

        // A list whose items cannot be told apart (a variable twice in env is allowed) has one owner as a whole.
        string?[] keys = [.. list.Select(item => KeyOf(item, list, form))];
        return keys.Contains(null) || keys.Distinct(StringComparer.Ordinal).Count() < keys.Length ? FieldForm.Atomic : form;
    }
}
