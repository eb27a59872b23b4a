using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Wandb.Agent.State;

/// <summary>
/// The config as the server wants it: <c>{"key":{"value":...},"_wandb":{"value":{...}}}</c>. Under <c>_wandb</c> stands what users and the SDK put
/// there, with versions, telemetry (t), metric definitions (m) and environments by writer (e) over it, as SDK 0.28.2 sends it.
/// </summary>
internal static class RunConfigDocument
{
    /// <summary>Key of an environment whose records name no writer. Stable, so that a second sync replaces the first one's entry.</summary>
    private const string NamelessWriter = "trainer";

    /// <summary>The <c>config</c> variable of UpsertBucket: UTF-8 JSON, with bare NaN and Infinity where the config has them.</summary>
    public static byte[] ToJson(RunConfigParts parts)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write("{"u8);
        for (var node = parts.Config.Values.Root.First; node is not null; node = node.Next)
        {
            if (!node.Label.AsSpan().SequenceEqual("_wandb"u8))
            {
                JsonString.Write(output, node.Label);
                output.Write(":{\"value\":"u8);
                ValueTreeText.Write(node, output, omitNullLeaves: false);
                output.Write("},"u8);
            }
        }

        foreach (var (key, json) in parts.Added)
        {
            var label = Encoding.UTF8.GetBytes(key);
            if (parts.Config.Values.Root.Find(label) is null && !label.AsSpan().SequenceEqual("_wandb"u8))
            {
                JsonString.Write(output, label);
                output.Write(":{\"value\":"u8);
                output.Write(Encoding.UTF8.GetBytes(json));
                output.Write("},"u8);
            }
        }

        output.Write("\"_wandb\":{\"value\":"u8);
        WandbValues(parts).WriteTo(output, omitNullLeaves: false);
        output.Write("}}"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The file config.yaml: the same object.</summary>
    public static byte[] ToYaml(RunConfigParts parts) => YamlText.FromJson(ToJson(parts));

    private static ValueTree WandbValues(RunConfigParts parts)
    {
        var values = new ValueTree();
        var paths = new LabelPathBuffer();
        if (parts.Config.Values.Root.Find("_wandb"u8) is { Leaf: null } given)
        {
            values.Root.Become(ValueTree.FromSnapshot(SnapshotOf(given)).Root);
        }

        SetText("cli_version", parts.Telemetry.CliVersion);
        SetText("python_version", parts.Telemetry.PythonVersion);
        values.SetLeaf(paths.Of("t"), Json(writer => parts.Telemetry.WriteTo(writer, parts.CoreVersion, parts.Synced)));
        values.SetLeaf(paths.Of("m"), Json(writer => parts.Metrics.WriteTo(writer, parts.ServerExpandsGlobs)));
        var environments = Environments(parts);
        if (!environments.IsEmpty)
        {
            values.SetLeaf(paths.Of("e"), Text(environments));
        }

        return values;

        void SetText(string key, string text)
        {
            if (text.Length > 0)
            {
                values.SetLeaf(paths.Of(key), Json(writer => writer.WriteStringValue(text)));
            }
        }
    }

    private static ValueTree Environments(RunConfigParts parts)
    {
        var environments = new ValueTree();
        var paths = new LabelPathBuffer();
        var own = parts.Environment.WriterId.Length > 0 ? parts.Environment.WriterId : NamelessWriter;
        if (!parts.Environment.IsEmpty)
        {
            environments.SetLeaf(paths.Of(own), Json(parts.Environment.WriteTo));
        }

        foreach (var (key, json) in parts.OtherWriters)
        {
            if (parts.Environment.IsEmpty || !string.Equals(key, own, StringComparison.Ordinal))
            {
                environments.SetLeaf(paths.Of(key), Encoding.UTF8.GetBytes(json));
            }
        }

        return environments;
    }

    private static byte[] SnapshotOf(ValueNode node)
    {
        var output = new ArrayBufferWriter<byte>();
        ValueTreeSnapshot.Write(node, output);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Text(ValueTree tree)
    {
        var output = new ArrayBufferWriter<byte>();
        tree.WriteTo(output, omitNullLeaves: false);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(writer);
        }

        return output.WrittenSpan.ToArray();
    }
}
