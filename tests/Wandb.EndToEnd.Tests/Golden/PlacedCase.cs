using System.IO.Compression;

namespace Wandb.EndToEnd.Tests.Golden;

/// <summary>
/// A copy of a case for one test: links are links, compressed files are unpacked, nothing else is in the folder. Disposing removes it.
/// </summary>
internal sealed class PlacedCase : IDisposable
{
    private readonly string removedAtTheEnd;
    private readonly FixedPlaceLock? held;

    private PlacedCase(GoldenCase golden, string directory, string removedAtTheEnd, FixedPlaceLock? held)
    {
        Directory = directory;
        RunFolders = [.. golden.RunFolders.Select(folder => Path.Combine(directory, folder))];
        this.removedAtTheEnd = removedAtTheEnd;
        this.held = held;
    }

    /// <summary>Absolute; holds `wandb/` and, depending on the case, the trainer's own folders.</summary>
    public string Directory { get; }

    /// <summary>Absolute paths, in the order of the command line.</summary>
    public IReadOnlyList<string> RunFolders { get; }

    /// <summary>Waits, if the case has a fixed place, until no other process uses it.</summary>
    public static async Task<PlacedCase> PlaceAsync(GoldenCase golden, TimeProvider time, CancellationToken cancellationToken)
    {
        if (golden.Root is null)
        {
            string parent = System.IO.Directory.CreateTempSubdirectory("wandb-golden-").FullName;
            return Fill(golden, Path.Combine(parent, golden.Name), parent, held: null);
        }

        // The folder is emptied before and removed after the test: a recorded root that is not the case's own folder must never get here.
        bool isOwnFolder = Path.IsPathFullyQualified(golden.Root) && Path.GetFileName(golden.Root) == golden.Name;
        if (!isOwnFolder || Path.GetDirectoryName(golden.Root) is "/" or null)
        {
            throw new InvalidDataException($"{golden.Name}: {golden.Root} is not a place for a case.");
        }

        FixedPlaceLock held = await FixedPlaceLock.AcquireAsync(golden.Root, time, cancellationToken);
        if (System.IO.Directory.Exists(golden.Root))
        {
            System.IO.Directory.Delete(golden.Root, recursive: true);
        }

        return Fill(golden, golden.Root, golden.Root, held);
    }

    public void Dispose()
    {
        System.IO.Directory.Delete(removedAtTheEnd, recursive: true);
        held?.Dispose();
    }

    private static PlacedCase Fill(GoldenCase golden, string directory, string removedAtTheEnd, FixedPlaceLock? held)
    {
        foreach (string file in System.IO.Directory.EnumerateFiles(golden.Source, "*", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(golden.Source, file);
            if (relative is not (GoldenCase.CaseFile or GoldenCase.LinksFile))
            {
                CopyOrUnpack(file, Path.Combine(directory, relative));
            }
        }

        foreach ((string path, string target) in golden.Links)
        {
            string link = Path.Combine(directory, path);
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            File.CreateSymbolicLink(link, target);
        }

        return new PlacedCase(golden, directory, removedAtTheEnd, held);
    }

    private static void CopyOrUnpack(string source, string target)
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (!source.EndsWith(".gz", StringComparison.Ordinal))
        {
            File.Copy(source, target);
            return;
        }

        using var packed = new GZipStream(File.OpenRead(source), CompressionMode.Decompress);
        using FileStream unpacked = File.Create(target[..^".gz".Length]);
        packed.CopyTo(unpacked);
    }
}
