using System.Buffers;
using System.Text;
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

    /// <summary>The script's path below the trainer's working directory; empty when unknown.</summary>
    public string CodePathLocal => merged.CodePathLocal;

    /// <summary>Where the run directories are; the trainer's working directory only where WANDB_DIR is not set. Empty when unknown.</summary>
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

    /// <summary>As it stands in the run's config.</summary>
    public string ToJson()
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            WriteTo(writer);
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
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
