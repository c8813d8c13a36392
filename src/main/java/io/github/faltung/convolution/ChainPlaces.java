package io.github.faltung.convolution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the values of a chain lie: the source and the output with the caller, the others in slots that are used again as soon as nobody
 * reads what they hold.
 *
 * <p>A layer with a skip adds what its destination holds. Where that layer is the last one to read the value, the value is made right
 * there, in the destination's place, and nothing is copied; else it is copied there before the layer runs.
 */
final class ChainPlaces {
    static final int SOURCE = -1;
    static final int DESTINATION = -2;

    /** For each value a slot, or {@link #SOURCE} or {@link #DESTINATION}. */
    private final int[] places;

    private final boolean[] copies;
    private final List<ChainShape> slots = new ArrayList<>();

    ChainPlaces(SequentialDescriptor chain, List<ChainShape> values) {
        int layers = chain.links().size();
        var lastRead = new int[layers + 1];
        for (int value = 0; value <= layers; value++) {
            int skip = chain.skips().lastIndexOf(value);
            lastRead[value] = value == layers ? layers : Math.max(value, skip);
        }
        // The value in whose place a value is made: itself, or the sum that it goes into.
        var home = new int[layers + 1];
        copies = new boolean[layers];
        for (int value = layers; value >= 0; value--) {
            home[value] = value;
        }
        for (int layer = layers - 1; layer >= 0; layer--) {
            int skip = chain.skips().get(layer);
            boolean inPlace = skip > 0 && skip < layer && lastRead[skip] == layer;
            if (inPlace) {
                home[skip] = home[layer + 1];
            }
            copies[layer] = skip != SequentialDescriptor.NONE && !inPlace;
        }
        places = new int[layers + 1];
        assign(values, home, lastRead);
    }

    private void assign(List<ChainShape> values, int[] home, int[] lastRead) {
        var freeAfter = new ArrayList<Integer>();
        var slotOf = new int[places.length];
        Arrays.fill(slotOf, Integer.MIN_VALUE);
        slotOf[places.length - 1] = DESTINATION;
        places[0] = SOURCE;
        for (int value = 1; value < places.length; value++) {
            int end = home[value];
            if (slotOf[end] == Integer.MIN_VALUE) {
                int slot = 0;
                // Value v is written by layer v − 1, so the slot must not be read by that layer any more.
                while (slot < slots.size()
                        && (!slots.get(slot).equals(values.get(end)) || freeAfter.get(slot) >= value - 1)) {
                    slot++;
                }
                if (slot == slots.size()) {
                    slots.add(values.get(end));
                    freeAfter.add(0);
                }
                freeAfter.set(slot, lastRead[end]);
                slotOf[end] = slot;
            }
            places[value] = slotOf[end];
        }
    }

    int place(int value) {
        return places[value];
    }

    /** Returns whether a layer's skip has to be copied into its destination. */
    boolean copies(int layer) {
        return copies[layer];
    }

    List<ChainShape> slots() {
        return slots;
    }
}
