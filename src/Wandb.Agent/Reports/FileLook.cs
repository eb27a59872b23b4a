namespace Wandb.Agent.Reports;

/// <summary>What the disk says of a run file; looked up while nothing waits.</summary>
/// <param name="Length">With the age of the last byte; null when the file is gone.</param>
/// <param name="Container">That writes it; empty when it is not known.</param>
/// <param name="IsOfAnotherPod">Another pod has left it.</param>
internal sealed record FileLook((long Bytes, TimeSpan Age)? Length, string Container, bool IsOfAnotherPod)
{
    public static (long Bytes, TimeSpan Age)? LengthOf(string path, DateTimeOffset now)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            return null;
        var age = now - new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero);
        return (file.Length, age > TimeSpan.Zero ? age : TimeSpan.Zero);
    }
}
