namespace Wandb.Benchmarks.Generate;

/// <summary>
/// Random numbers that are the same everywhere and in every .NET version: Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", 2014.
/// </summary>
internal sealed class SplitMix64(ulong seed)
{
    private ulong state = seed;

    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        ulong mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>From 0 to below <paramref name="end"/>.</summary>
    public int Below(int end) => (int)Math.BigMul(Next(), (ulong)end, out _);

    /// <summary>From 0 to below 1, with 53 random bits: some 17 digits in decimal, as measured values have.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));
}
