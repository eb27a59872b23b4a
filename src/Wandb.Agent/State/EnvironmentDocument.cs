using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Wandb.Agent.Records.Wire;

namespace Wandb.Agent.State;

/// <summary>Machine and program of the trainer: all environment records merged. It is wandb-metadata.json and stands under <c>_wandb.e</c>.</summary>
internal sealed class EnvironmentDocument
{
    private readonly EnvironmentRecord merged = new();

    /// <summary>Whether no record came, or none with anything in it: then there is no wandb-metadata.json.</summary>
    public bool IsEmpty => merged.CalculateSize() == 0;

    /// <summary>The trainer's own id; empty when no record named one.</summary>
    public string WriterId => merged.WriterId;

    public string Program => merged.Program;

    public string Host => merged.Host;

    /// <summary>
    /// Folders that paths relative to the trainer's working directory may start at, the likeliest first. The directory itself is not recorded:
    /// the script's path and its path relative to that directory tell it; <c>root</c> is where the run directories are, often the same.
    /// </summary>
    public IReadOnlyList<string> WorkingFolders
    {
        get
        {
            var folders = new List<string>();
            if (merged.CodePathLocal.Length > 0 && merged.Program.EndsWith("/" + merged.CodePathLocal, StringComparison.Ordinal))
                folders.Add(merged.Program[..^(merged.CodePathLocal.Length + 1)]);
            folders.Add(merged.Root);
            if (Path.GetDirectoryName(merged.Program) is { Length: > 0 } scripts)
                folders.Add(scripts);
            return [.. folders.Where(folder => folder.Length > 0).Distinct(StringComparer.Ordinal)];
        }
    }

    /// <summary>Working directory of the trainer: relative artifact paths are relative to it. Empty when unknown.</summary>
    public string Root => merged.Root;

    /// <summary>Merges as protobuf does: texts and numbers replace, lists grow, maps are joined.</summary>
    public void Apply(EnvironmentRecord record) => merged.MergeFrom(record);

    /// <summary>Writes protobuf's JSON form of the record; defaults are left out.</summary>
    public void WriteTo(Utf8JsonWriter writer) => EnvironmentJson.Write(writer, merged);

    /// <summary>The file wandb-metadata.json: the same, indented by two blanks.</summary>
    public byte[] ToMetadataFile()
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            WriteTo(writer);
        }

        return output.WrittenSpan.ToArray();
    }

    public EnvironmentSnapshot ToSnapshot() => new(merged.ToByteArray());

    /// <exception cref="InvalidProtocolBufferException">The bytes are no record.</exception>
    public static EnvironmentDocument FromSnapshot(EnvironmentSnapshot snapshot)
    {
        var document = new EnvironmentDocument();
        document.merged.MergeFrom(snapshot.Record);
        return document;
    }
}
