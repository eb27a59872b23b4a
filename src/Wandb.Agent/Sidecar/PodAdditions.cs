using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Wandb.Agent.State;
using Wandb.Contract;

namespace Wandb.Agent.Sidecar;

/// <summary>What a pod and its <c>WandbRun</c> add to a run.</summary>
internal static class PodAdditions
{
    // Values are written as they are: they go into requests, never into HTML.
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="container">That writes the run; empty: not known.</param>
    /// <param name="attempt">How often the work was begun before; null: not known.</param>
    public static AddedToRun For(PodFacts pod, RunAdditions additions, string container, int? attempt)
    {
        var config = additions.Config
            .Where(entry => entry.Key != RunState.KubernetesKey)
            .Select(entry => KeyValuePair.Create(entry.Key, entry.Value.GetRawText()))
            .ToList();
        if (pod.IsKnown)
            config.Add(new(RunState.KubernetesKey, Kubernetes(pod, container, attempt)));
        return new AddedToRun
        {
            Config = config,
            Tags = additions.Tags,
            Name = Name(additions.Name, pod, attempt),
            Notes = string.IsNullOrEmpty(additions.Notes) ? null : additions.Notes,
            PodUid = pod.Uid.Length > 0 ? pod.Uid : null,
        };
    }

    /// <summary>What is not known is left out; it may be known later.</summary>
    private static string? Name(string? template, PodFacts pod, int? attempt)
    {
        if (template is null)
            return null;
        var name = NamePlaceholders.Fill(template, NamePlaceholders.Attempt, attempt?.ToString(CultureInfo.InvariantCulture) ?? "");
        name = NamePlaceholders.Fill(name, NamePlaceholders.Node, pod.Node);
        return name.Length > 0 ? name : null;
    }

    private static string Kubernetes(PodFacts pod, string container, int? attempt)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, Writing))
        {
            json.WriteStartObject();
            WriteGiven(json, "namespace", pod.Namespace);
            if (pod.OwnerKind == "Job")
            {
                WriteGiven(json, "job", pod.OwnerName);
            }
            else
            {
                WriteGiven(json, "owner_kind", pod.OwnerKind);
                WriteGiven(json, "owner", pod.OwnerName);
            }
            WriteGiven(json, "pod", pod.Name);
            WriteGiven(json, "node", pod.Node);
            WriteGiven(json, "container", container);
            WriteGiven(json, "image", pod.Images.GetValueOrDefault(container, ""));
            if (pod.CompletionIndex is { } index)
                json.WriteNumber("completion_index", index);
            if (attempt is { } number)
                json.WriteNumber("attempt", number);
            if (pod.Labels.Count > 0)
            {
                json.WriteStartObject("labels");
                foreach (var (label, value) in pod.Labels)
                    json.WriteString(label, value);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void WriteGiven(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0)
            json.WriteString(name, value);
    }
}
