using Wandb.Agent.Records;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.RunFiles;
using Wandb.Benchmarks.Generate;

namespace Wandb.Benchmarks.Micro;

/// <summary>A run file of some 8 MB in memory, in a shape of <see cref="RowShapes"/>, and its records.</summary>
/// <param name="File">The whole file.</param>
/// <param name="Records">Every record as it stands in the file, without container.</param>
/// <param name="History">Those of <see cref="Records"/> that are rows.</param>
/// <param name="Summaries">Those that are updates of the summary; the SDK writes two for each row.</param>
internal sealed record GeneratedRecords(byte[] File, byte[][] Records, byte[][] History, byte[][] Summaries)
{
    private const int FileBytes = 8_000_000;
    private const int RowsOfSample = 10;

    public static GeneratedRecords Of(string shapeName)
    {
        RowShape shape = RowShapes.All.First(shape => shape.Name == shapeName);
        int bytesPerRow = Write(shape with { Rows = RowsOfSample }).Length / RowsOfSample;
        byte[] file = Write(shape with { Rows = Math.Max(1, FileBytes / bytesPerRow) });
        byte[][] records = [.. RecordsOf(file)];
        return new GeneratedRecords(file, records, OfKind(records, RecordKind.History), OfKind(records, RecordKind.Summary));
    }

    /// <summary>
    /// What every benchmark is compared with: the classes that protoc generates parse the rows of the same file. They give objects, not lines.
    /// </summary>
    /// <returns>How many items there are.</returns>
    public int ParseHistoryWithProtobuf() => History.Sum(record => HistoryRecord.Parser.ParseFrom(BodyOf(record)).Item.Count);

    /// <summary>Opens a record that is known to be sound.</summary>
    public static ReadOnlySpan<byte> BodyOf(byte[] record) =>
        RecordEnvelope.TryParse(record, out RecordEnvelope envelope) ? envelope.Body : throw new InvalidDataException("A generated record is damaged");

    private static byte[] Write(RowShape shape)
    {
        using var file = new MemoryStream(FileBytes + (FileBytes / 4));
        RunGenerator.Write(shape, file, CancellationToken.None);
        return file.ToArray();
    }

    private static List<byte[]> RecordsOf(byte[] file)
    {
        var records = new List<byte[]>();
        var reader = new RecordReader(RunFileFormat.HeaderBytes);
        while (true)
        {
            RecordReadResult result = reader.Read(file, windowStart: 0, isEnd: true);
            switch (result.Kind)
            {
                case RecordReadKind.Record:
                    records.Add(result.Payload.ToArray());
                    break;
                case RecordReadKind.NeedMoreData:
                    return records;
                default:
                    throw new InvalidDataException("A generated file is damaged");
            }
        }
    }

    private static byte[][] OfKind(byte[][] records, RecordKind kind) =>
        [.. records.Where(record => RecordEnvelope.TryParse(record, out RecordEnvelope envelope) && envelope.Kind == kind)];
}
