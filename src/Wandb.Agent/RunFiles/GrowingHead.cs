namespace Wandb.Agent.RunFiles;

/// <summary>Whether the beginning of a file that grows says already who writes it.</summary>
internal static class GrowingHead
{
    /// <summary>
    /// A file without an environment record that has neither a whole block nor an end: a file that was cut, or is being copied. The SDK writes
    /// whole blocks, and the environment is in the first one.
    /// </summary>
    public static bool IsTooShort(RunHead head)
    {
        if (head.WriterId is not null || FileStamp.Of(head.Path) is not { } stamp)
            return false;
        // It may have grown since its head was read; another try sees the whole of it.
        if (stamp.Length >= RunFileFormat.BlockBytes)
            return RunHead.Read(head.Path).WriterId is not null;
        try
        {
            return !ExitRecord.StandsIn(head.Path) || RunHead.Read(head.Path).WriterId is not null;
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            return true;
        }
    }
}
